/** From the bytes of a header to what it says. Counts are checked against the bytes there are before anything is made of them. */
import { errors } from '#base/errors.js';
import { UNDEF_TIMESTAMP } from '#engine/frame/wide-column.js';
import { type DbnMetadata, type MappingInterval, SYMBOL_BYTES, type SymbolMapping } from './metadata.js';
import type { DbnVersion } from './record-type.js';
import { NULL_SCHEMA, NULL_STYPE, SCHEMAS, STYPES, type SType } from './schema.js';

export const PRELUDE_BYTES = 8;
/** The fixed part after the prelude: a length below it is an error. */
export const FIXED_BYTES = 100;
const SYMBOLS_AT = PRELUDE_BYTES + FIXED_BYTES + 4;
const DATASET_BYTES = 16;

/**
 * The whole header, prelude included, of a version that is checked already.
 * Errors: dbnMetadataInvalid with the place of what is wrong.
 */
export function readMetadata(bytes: Uint8Array, version: DbnVersion): DbnMetadata {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Version 1 has a count of records in the middle, so that what follows it is eight bytes later.
  const at = version === 1 ? 58 : 50;
  const symbolBytes = version === 1 ? SYMBOL_BYTES[1] : view.getUint16(53, true);
  // No version had shorter ones, and many short ones would take far more memory than the header's bytes.
  if (symbolBytes < SYMBOL_BYTES[1])
    throw errors.dbnMetadataInvalid(53, `symbols of ${symbolBytes} bytes are too short`);
  const definitionBytes = view.getUint32(108, true);
  if (definitionBytes !== 0)
    throw errors.dbnMetadataInvalid(108, `a schema definition of ${definitionBytes} bytes is not known`);
  const end = view.getBigUint64(34, true);
  const limit = view.getBigUint64(42, true);
  const stypeIn = view.getUint8(at);
  const lists = readLists(bytes, view, symbolBytes);
  return {
    version,
    dataset: textOf(bytes, PRELUDE_BYTES, DATASET_BYTES),
    schema: schemaOf(view.getUint16(24, true)),
    start: view.getBigUint64(26, true),
    end: end === UNDEF_TIMESTAMP ? null : end,
    limit: limit === 0n ? null : limit,
    stypeIn: stypeIn === NULL_STYPE ? null : stypeOf(stypeIn, at),
    stypeOut: stypeOf(view.getUint8(at + 1), at + 1),
    tsOut: booleanOf(view.getUint8(at + 2), at + 2),
    symbolBytes,
    symbols: lists.symbols,
    partial: lists.partial,
    notFound: lists.notFound,
    mappings: lists.mappings,
    carried: {
      ...(version === 1 && { recordCount: view.getBigUint64(50, true) }),
      reserved: bytes.slice(version === 1 ? 61 : 55, 108),
      tail: bytes.subarray(lists.end),
    },
  };
}

function readLists(bytes: Uint8Array, view: DataView, symbolBytes: number) {
  let at = SYMBOLS_AT;
  const need = (count: number, bytesEach: number, what: string) => {
    if (count * bytesEach > bytes.length - at)
      throw errors.dbnMetadataInvalid(at, `${count} ${what} do not fit the ${bytes.length - at} bytes left`);
  };
  const u32 = (what: string): number => {
    need(1, 4, what);
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const symbol = (): string => {
    at += symbolBytes;
    return textOf(bytes, at - symbolBytes, symbolBytes);
  };
  const symbols = (what: string): string[] => {
    const count = u32(`count of ${what}`);
    need(count, symbolBytes, what);
    return Array.from({ length: count }, symbol);
  };
  const interval = (): MappingInterval => {
    const [startDate, endDate] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    at += 8;
    return { startDate, endDate, symbol: symbol() };
  };
  const mapping = (): SymbolMapping => {
    need(1, symbolBytes + 4, 'mapping');
    const rawSymbol = symbol();
    const count = u32('count of intervals');
    need(count, 8 + symbolBytes, 'intervals');
    return { rawSymbol, intervals: Array.from({ length: count }, interval) };
  };
  const asked = symbols('symbols');
  const partial = symbols('partly resolved symbols');
  const notFound = symbols('symbols not found');
  const count = u32('count of mappings');
  need(count, symbolBytes + 4, 'mappings');
  const mappings = Array.from({ length: count }, mapping);
  return { symbols: asked, partial, notFound, mappings, end: at };
}

function textOf(bytes: Uint8Array, at: number, length: number): string {
  let text = '';
  for (let i = at; i < at + length && bytes[i] !== 0; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

function schemaOf(id: number) {
  if (id === NULL_SCHEMA) return null;
  const schema = SCHEMAS[id];
  if (schema === undefined) throw errors.dbnMetadataInvalid(24, `schema ${id} is not known`);
  return schema;
}

function stypeOf(id: number, at: number): SType {
  const stype = STYPES[id];
  if (stype === undefined) throw errors.dbnMetadataInvalid(at, `symbology ${id} is not known`);
  return stype;
}

function booleanOf(value: number, at: number): boolean {
  if (value > 1) throw errors.dbnMetadataInvalid(at, `${value} is neither yes nor no`);
  return value === 1;
}
