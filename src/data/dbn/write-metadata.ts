/** From what a header says to its bytes, in the layout of its version. */
import { errors } from '#base/errors.js';
import { UNDEF_TIMESTAMP } from '#engine/frame/wide-column.js';
import type { DbnMetadata, SymbolMapping } from './metadata.js';
import { FIXED_BYTES, PRELUDE_BYTES } from './read-metadata.js';
import { NULL_SCHEMA, NULL_STYPE, SCHEMAS, STYPES } from './schema.js';

/** Version 1 has a count of records that nobody reads: all ones is "not known". */
const NULL_RECORD_COUNT = UNDEF_TIMESTAMP;

/** Prelude and metadata. Errors: dbnValueUnfit when a text is longer than its place. */
export function writeMetadata(metadata: DbnMetadata): Uint8Array {
  const { version, symbolBytes, carried } = metadata;
  const isFirst = version === 1;
  const lists = [metadata.symbols, metadata.partial, metadata.notFound];
  const needed = PRELUDE_BYTES + FIXED_BYTES + 20 + listBytes(lists, metadata.mappings, symbolBytes);
  const tail = carried?.tail.length ?? (version === 3 ? -needed & 7 : 0);
  const bytes = new Uint8Array(needed + tail);
  const view = new DataView(bytes.buffer);
  const at = isFirst ? 58 : 50;
  const put = (text: string, place: number, room: number, what: string): void => {
    if (!fits(text, room)) throw errors.dbnValueUnfit(what, 0, `"${text}" does not fit ${room - 1} characters`);
    for (let i = 0; i < text.length; i++) bytes[place + i] = text.charCodeAt(i);
  };
  bytes.set([0x44, 0x42, 0x4e, version]);
  view.setUint32(4, bytes.length - PRELUDE_BYTES, true);
  // A dataset may fill its 16 characters; only symbols keep room for a NUL.
  put(metadata.dataset, 8, 17, 'dataset');
  view.setUint16(24, metadata.schema === null ? NULL_SCHEMA : SCHEMAS.indexOf(metadata.schema), true);
  view.setBigUint64(26, metadata.start, true);
  view.setBigUint64(34, metadata.end ?? UNDEF_TIMESTAMP, true);
  view.setBigUint64(42, metadata.limit ?? 0n, true);
  if (isFirst) view.setBigUint64(50, carried?.recordCount ?? NULL_RECORD_COUNT, true);
  bytes[at] = metadata.stypeIn === null ? NULL_STYPE : STYPES.indexOf(metadata.stypeIn);
  bytes[at + 1] = STYPES.indexOf(metadata.stypeOut);
  bytes[at + 2] = metadata.tsOut ? 1 : 0;
  if (!isFirst) view.setUint16(53, symbolBytes, true);
  bytes.set(carried?.reserved ?? [], isFirst ? 61 : 55);
  let to = 112;
  const count = (length: number): void => {
    view.setUint32(to, length, true);
    to += 4;
  };
  const symbol = (text: string): void => {
    // A file may have filled a symbol to its last byte: then it may be written so again.
    put(text, to, carried === undefined ? symbolBytes : symbolBytes + 1, 'symbol');
    to += symbolBytes;
  };
  for (const list of lists) {
    count(list.length);
    list.forEach(symbol);
  }
  count(metadata.mappings.length);
  for (const { rawSymbol, intervals } of metadata.mappings) {
    symbol(rawSymbol);
    count(intervals.length);
    for (const interval of intervals) {
      count(interval.startDate);
      count(interval.endDate);
      symbol(interval.symbol);
    }
  }
  if (carried !== undefined) bytes.set(carried.tail, to);
  return bytes;
}

/** Four counts and the schema definition's length are the twenty bytes beside these. */
const listBytes = (lists: readonly (readonly string[])[], mappings: readonly SymbolMapping[], symbolBytes: number) =>
  lists.reduce((sum, list) => sum + list.length * symbolBytes, 0) +
  mappings.reduce((sum, { intervals }) => sum + symbolBytes + 4 + intervals.length * (8 + symbolBytes), 0);

const fits = (text: string, room: number): boolean =>
  text.length < room && Array.from(text, (one) => one.charCodeAt(0)).every((code) => code > 0 && code < 256);
