/** The 74 columns of the canonical zone (umiki.md 4.3), and how a block of market-by-price records is laid out in them. */
import type { Mbp10Block } from '#engine/frame/dbn-block.js';
import type { WideColumn } from '#engine/frame/wide-column.js';
import type { ChunkColumn, ParquetColumn } from './parquet/writer.js';

export const LEVELS = 10;

const two = (k: number) => String(k).padStart(2, '0');

const EVENT_COLUMNS: readonly ParquetColumn[] = [
  { name: 'record_index', kind: 'i64' },
  { name: 'ts_event', kind: 'i64' },
  { name: 'ts_recv', kind: 'i64' },
  { name: 'ts_in_delta', kind: 'i32' },
  { name: 'publisher_id', kind: 'u16' },
  { name: 'instrument_id', kind: 'u32' },
  { name: 'sequence', kind: 'i64' },
  { name: 'flags', kind: 'i16' },
  { name: 'action', kind: 'char' },
  { name: 'side', kind: 'char' },
  { name: 'depth', kind: 'i16' },
  { name: 'price', kind: 'i64', isNullable: true },
  { name: 'size', kind: 'i64' },
];

const levelColumns = (k: number): ParquetColumn[] => [
  { name: `bid_px_${two(k)}`, kind: 'i64', isNullable: true },
  { name: `ask_px_${two(k)}`, kind: 'i64', isNullable: true },
  { name: `bid_sz_${two(k)}`, kind: 'i64' },
  { name: `ask_sz_${two(k)}`, kind: 'i64' },
  { name: `bid_ct_${two(k)}`, kind: 'i64' },
  { name: `ask_ct_${two(k)}`, kind: 'i64' },
];

export const CANONICAL_COLUMNS: readonly ParquetColumn[] = [
  ...EVENT_COLUMNS,
  ...Array.from({ length: LEVELS }, (_, k) => levelColumns(k)).flat(),
  { name: 'book_suspect', kind: 'bool' },
];

export interface CanonicalRows {
  readonly block: Mbp10Block;
  /** A byte a row; absent when no row is. */
  readonly isSuspect?: Uint8Array | undefined;
}

/** Lays rows `from` to `to` of a block into the chunk from row `at` on. `firstIndex` is the record_index of the first of them. */
export function fillCanonical(
  chunk: readonly ChunkColumn[],
  { block, isSuspect }: CanonicalRows,
  { from, to, at, firstIndex }: { from: number; to: number; at: number; firstIndex: number },
): void {
  const count = to - from;
  const indices = new Uint32Array(chunk[0]!.bytes, at * 8, count * 2);
  // An index stays far below 2^32 chunks: the high word is that of the first row unless it turns over within the chunk.
  for (let i = 0; i < count; i++) {
    const index = firstIndex + i;
    indices[2 * i] = index;
    indices[2 * i + 1] = Math.floor(index / 4_294_967_296);
  }
  copyWide(chunk[1]!, block.tsEvent, from, to, at);
  copyWide(chunk[2]!, block.tsRecv, from, to, at);
  new Int32Array(chunk[3]!.bytes, at * 4, count).set(block.tsInDelta.subarray(from, to));
  new Uint16Array(chunk[4]!.bytes, at * 2, count).set(block.publisherId.subarray(from, to));
  new Uint32Array(chunk[5]!.bytes, at * 4, count).set(block.instrumentId.subarray(from, to));
  widen(chunk[6]!, block.sequence, from, to, at);
  new Int16Array(chunk[7]!.bytes, at * 2, count).set(block.flags.subarray(from, to));
  putChars(chunk[8]!, block.action, from, to, at);
  putChars(chunk[9]!, block.side, from, to, at);
  new Int16Array(chunk[10]!.bytes, at * 2, count).set(block.depth.subarray(from, to));
  copyPrices(chunk[11]!, block.price, from, to, at);
  widen(chunk[12]!, block.size, from, to, at);
  for (let k = 0; k < LEVELS; k++) {
    const level = block.levels[k]!;
    const first = EVENT_COLUMNS.length + 6 * k;
    copyPrices(chunk[first]!, level.bidPx, from, to, at);
    copyPrices(chunk[first + 1]!, level.askPx, from, to, at);
    widen(chunk[first + 2]!, level.bidSz, from, to, at);
    widen(chunk[first + 3]!, level.askSz, from, to, at);
    widen(chunk[first + 4]!, level.bidCt, from, to, at);
    widen(chunk[first + 5]!, level.askCt, from, to, at);
  }
  const suspect = new Uint8Array(chunk[CANONICAL_COLUMNS.length - 1]!.bytes, at, count);
  if (isSuspect === undefined) suspect.fill(0);
  else suspect.set(isSuspect.subarray(from, to));
}

function copyWide({ bytes }: ChunkColumn, { words }: WideColumn, from: number, to: number, at: number): void {
  new Uint32Array(bytes, at * 8, (to - from) * 2).set(words.subarray(2 * from, 2 * to));
}

/** UNDEF_PRICE is no price: null, before anybody could calculate with it. */
function copyPrices(column: ChunkColumn, source: WideColumn, from: number, to: number, at: number): void {
  copyWide(column, source, from, to, at);
  const { words } = source;
  const valid = column.valid!;
  for (let row = from, target = at; row < to; row++, target++) {
    const bit = 1 << (target & 7);
    if (words[2 * row + 1] === 0x7fffffff && words[2 * row] === 0xffffffff)
      valid[target >> 3] = valid[target >> 3]! & ~bit;
    else valid[target >> 3] = valid[target >> 3]! | bit;
  }
}

/** The high words are zero from the beginning and stay so. */
function widen({ bytes }: ChunkColumn, source: Uint32Array, from: number, to: number, at: number): void {
  const words = new Uint32Array(bytes, at * 8, (to - from) * 2);
  for (let row = from, target = 0; row < to; row++, target += 2) words[target] = source[row]!;
}

function putChars({ bytes }: ChunkColumn, source: Uint8Array, from: number, to: number, at: number): void {
  const laid = new Uint8Array(bytes);
  for (let row = from, target = 16 * at + 4; row < to; row++, target += 16) laid[target] = source[row]!;
}
