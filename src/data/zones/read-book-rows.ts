/** From vectors of the canonical zone to the rows that the engine reads: prices as exact doubles, NaN where there is none. */
import type { BookRows, BookSide } from '#engine/book/day/book-rows.js';
import type { RowRun } from './day-index.js';
import { bytesOf, halvesOf, putNumbers, type RawChunk, wordsOf } from './parquet/vectors.js';
import { CHUNK_ROWS } from './parquet/writer.js';

/** The engine's rows with what only readers of single rows want to know. */
export interface CanonicalBookRows extends BookRows {
  readonly recordIndex: Float64Array;
  readonly depth: Uint8Array;
}

export interface BookSelection {
  /** Which rows, ascending; all when not given. */
  readonly runs?: readonly RowRun[] | undefined;
  /** How many levels are wanted; the columns of the others say "no level". */
  readonly levels: number;
  /** Whether sizes and counts are wanted beyond the prices. Default both. */
  readonly counts?: boolean;
  /** Of the event itself: all, or its time alone; the other columns say nothing then. Default all. */
  readonly event?: 'all' | 'time';
  /** Only trades. */
  readonly tradesOnly?: boolean;
  /** Times are told from here; the same for all that is read of a file. */
  readonly originNs: bigint;
}

const EVENT = [
  'record_index',
  'ts_event',
  'instrument_id',
  'sequence',
  'flags',
  'action',
  'side',
  'price',
  'size',
  'book_suspect',
  'depth',
] as const;

const two = (k: number) => String(k).padStart(2, '0');

const TIME = ['record_index', 'ts_event'] as const;

export function bookColumns({ levels, counts = true, event = 'all' }: BookSelection): string[] {
  const columns: string[] = event === 'all' ? [...EVENT] : [...TIME];
  for (let k = 0; k < levels; k++) {
    columns.push(`bid_px_${two(k)}`, `ask_px_${two(k)}`, `bid_sz_${two(k)}`, `ask_sz_${two(k)}`);
    if (counts) columns.push(`bid_ct_${two(k)}`, `ask_ct_${two(k)}`);
  }
  return columns;
}

const LEVELS = 10;

/** Columns long enough for any vector; what is not read says "nothing there". */
export function newBookRows({ originNs }: BookSelection): CanonicalBookRows {
  const doubles = () => new Float64Array(CHUNK_ROWS).fill(Number.NaN);
  const counts = () => new Uint32Array(CHUNK_ROWS);
  const levels = <T>(make: () => T) => Array.from({ length: LEVELS }, make);
  const side = (): BookSide => ({ px: levels(doubles), sz: levels(counts), ct: levels(counts) });
  return {
    rows: 0,
    firstIndex: 0,
    originNs,
    tsEventNs: new Float64Array(CHUNK_ROWS),
    instrumentId: counts(),
    sequence: counts(),
    flags: new Uint8Array(CHUNK_ROWS),
    action: new Uint8Array(CHUNK_ROWS),
    side: new Uint8Array(CHUNK_ROWS),
    price: doubles(),
    size: counts(),
    isSuspect: new Uint8Array(CHUNK_ROWS),
    bids: side(),
    asks: side(),
    recordIndex: new Float64Array(CHUNK_ROWS),
    depth: new Uint8Array(CHUNK_ROWS),
  };
}

/** Fills the columns of `rows` from a chunk. Where runs lie apart `firstIndex` is that of the first row alone. */
export function fillBookRows(
  rows: CanonicalBookRows,
  columns: readonly string[],
  { levels, counts = true, event = 'all', originNs }: BookSelection,
  chunk: RawChunk,
): CanonicalBookRows {
  const count = chunk.rows;
  const at = (name: (typeof EVENT)[number]) => columns.indexOf(name);
  putNumbers(rows.recordIndex, chunk, at('record_index'));
  times(rows.tsEventNs, chunk, at('ts_event'), originNs);
  if (event === 'all') fillEvents(rows, at, chunk);
  const each = counts ? 6 : 4;
  for (let k = 0; k < levels; k++) {
    const first = (event === 'all' ? EVENT.length : TIME.length) + each * k;
    putNumbers(rows.bids.px[k]!, chunk, first);
    putNumbers(rows.asks.px[k]!, chunk, first + 1);
    narrow(rows.bids.sz[k]!, chunk, first + 2);
    narrow(rows.asks.sz[k]!, chunk, first + 3);
    if (!counts) continue;
    narrow(rows.bids.ct[k]!, chunk, first + 4);
    narrow(rows.asks.ct[k]!, chunk, first + 5);
  }
  return { ...rows, rows: count, firstIndex: rows.recordIndex[0]! };
}

function fillEvents(rows: CanonicalBookRows, at: (name: (typeof EVENT)[number]) => number, chunk: RawChunk): void {
  const count = chunk.rows;
  rows.instrumentId.set(wordsOf(chunk, at('instrument_id'), 1));
  narrow(rows.sequence, chunk, at('sequence'));
  const flags = halvesOf(chunk, at('flags'));
  const depths = halvesOf(chunk, at('depth'));
  for (let i = 0; i < count; i++) {
    rows.flags[i] = flags[i]!;
    rows.depth[i] = depths[i]!;
  }
  chars(rows.action, chunk, at('action'));
  chars(rows.side, chunk, at('side'));
  putNumbers(rows.price, chunk, at('price'));
  narrow(rows.size, chunk, at('size'));
  rows.isSuspect.set(bytesOf(chunk, at('book_suspect'), 1).subarray(0, count));
}

function times(out: Float64Array, chunk: RawChunk, column: number, originNs: bigint): void {
  const words = wordsOf(chunk, column, 2);
  const low = Number(BigInt.asUintN(32, originNs));
  const high = Number(BigInt.asUintN(32, originNs >> 32n));
  for (let i = 0; i < chunk.rows; i++) out[i] = (words[2 * i + 1]! - high) * 4_294_967_296 + (words[2 * i]! - low);
}

function narrow(out: Uint32Array, chunk: RawChunk, column: number): void {
  const words = wordsOf(chunk, column, 2);
  for (let i = 0; i < chunk.rows; i++) out[i] = words[2 * i]!;
}

/** A text of one character stands in the fifth of its sixteen bytes. */
function chars(out: Uint8Array, chunk: RawChunk, column: number): void {
  const laid = bytesOf(chunk, column, 16);
  for (let i = 0; i < chunk.rows; i++) out[i] = laid[16 * i + 4]!;
}
