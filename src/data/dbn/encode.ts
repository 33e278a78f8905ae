/** The DBN encoder: a header, then blocks of records, as the bytes of one version. No I/O. */
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import type { DbnBlock } from './block.js';
import { HEADER_BYTES } from './layout.js';
import type { DbnMetadata } from './metadata.js';
import { type DbnVersion, layoutOf, recordTypeOf } from './record-type.js';
import { fieldWriters, type Rows, type Target, writeWide } from './write-columns.js';
import { writeMetadata } from './write-metadata.js';

export interface EncodeOptions {
  readonly version?: DbnVersion;
  /** Every record ends with the time it was sent: zero where a block does not know. */
  readonly tsOut?: boolean;
}

/** The header's bytes, the first of a file. Errors: dbnValueUnfit. */
export const encodeMetadata = (metadata: DbnMetadata): Uint8Array => writeMetadata(metadata);

/**
 * Records `from` to `to` (all of them unless said) of a block, back to back. What only another version says (reserved bytes, fields
 * it dropped) is left out. Errors: dbnValueUnfit when a value has no room in that version.
 */
export function encodeBlock(
  block: DbnBlock,
  { version = 3, tsOut = false }: EncodeOptions = {},
  from = 0,
  to = block.rows,
): Uint8Array {
  assert(from >= 0 && to <= block.rows && from <= to, 'only rows that hold records are written');
  const type = recordTypeOf(block.rtype);
  assert(type !== undefined, 'a block is of a known kind');
  const layout = layoutOf(type, version);
  const strideBytes = layout.bytes + (block.extra?.width ?? 0) + (tsOut ? 8 : 0);
  assert(strideBytes >= HEADER_BYTES && strideBytes <= 1020, 'the length of a record is one byte of words');
  const isOwn = layoutOf(type, block.version) === layout;
  const target = makeTarget(new ArrayBuffer((to - from) * strideBytes), 0, (to - from) * strideBytes);
  const head = (strideBytes >>> 2) | (block.rtype << 8);
  for (let at = 0; at < target.halves.length; at += strideBytes >>> 1) target.halves[at] = head;
  // The first two bytes are the length and rtype of every record, and the publisher's column writes the next two.
  const writers = fieldWriters(block, layout);
  const { tsOut: times } = block;
  if (tsOut && times !== undefined) writers.push((part, rows) => writeWide(times, strideBytes - 8, part, rows));
  if (!tsOut && times !== undefined && to > from)
    throw errors.dbnValueUnfit('ts_out', from, 'the header says that records have none');
  // Strip by strip, so that the records stay in the nearest cache while field after field is written.
  const stripRows = Math.max(1, Math.floor(STRIP_BYTES / strideBytes));
  for (let row = from; row < to; row += stripRows) {
    const rows: Rows = { from: row, count: Math.min(stripRows, to - row), strideBytes, isOwn };
    const part = makeTarget(target.words.buffer, (row - from) * strideBytes, rows.count * strideBytes);
    for (const write of writers) write(part, rows);
  }
  return target.bytes;
}

const STRIP_BYTES = 16_384;

function makeTarget(buffer: ArrayBufferLike, at: number, bytes: number): Target {
  return {
    words: new Uint32Array(buffer, at, bytes >>> 2),
    halves: new Uint16Array(buffer, at, bytes >>> 1),
    bytes: new Uint8Array(buffer, at, bytes),
  };
}
