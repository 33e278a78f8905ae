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
  /** Of the event itself: all, what tells which rows belong together, or its time alone; other columns say nothing then. Default all. */
  readonly event?: EventPart;
  /** Only trades. */
  readonly tradesOnly?: boolean;
  /** Times are told from here; the same for all that is read of a file. */
  readonly originNs: bigint;
}

export type EventPart = 'all' | 'group' | 'time';

const TIME = ['record_index', 'ts_event'] as const;
const GROUP = [...TIME, 'instrument_id', 'sequence', 'flags', 'action'] as const;
const EVENT = [...GROUP, 'side', 'price', 'size', 'book_suspect', 'depth'] as const;
const PARTS = { all: EVENT, group: GROUP, time: TIME } as const satisfies Record<EventPart, readonly string[]>;

const two = (k: number) => String(k).padStart(2, '0');

export function bookColumns({ levels, counts = true, event = 'all' }: BookSelection): string[] {
  const columns: string[] = [...PARTS[event]];
  for (let k = 0; k < levels; k++) {
    columns.push(`bid_px_${two(k)}`, `ask_px_${two(k)}`, `bid_sz_${two(k)}`, `ask_sz_${two(k)}`);
    if (counts) columns.push(`bid_ct_${two(k)}`, `ask_ct_${two(k)}`);
  }
  return columns;
}

/** Stored as 64 bits and never larger than 32: DuckDB hands them over as those, and what it hands over is what our collector counts. */
export const isNarrow = (column: string): boolean => /^(sequence|size|(bid|ask)_(sz|ct)_\d\d)$/.test(column);

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
  if (event !== 'time') fillGroups(rows, at, chunk);
  if (event === 'all') fillEvents(rows, at, chunk);
  const each = counts ? 6 : 4;
  for (let k = 0; k < levels; k++) {
    const first = PARTS[event].length + each * k;
    putNumbers(rows.bids.px[k]!, chunk, first);
    putNumbers(rows.asks.px[k]!, chunk, first + 1);
    rows.bids.sz[k]!.set(wordsOf(chunk, first + 2, 1));
    rows.asks.sz[k]!.set(wordsOf(chunk, first + 3, 1));
    if (!counts) continue;
    rows.bids.ct[k]!.set(wordsOf(chunk, first + 4, 1));
    rows.asks.ct[k]!.set(wordsOf(chunk, first + 5, 1));
  }
  return { ...rows, rows: count, firstIndex: rows.recordIndex[0]! };
}

type PlaceOf = (name: (typeof EVENT)[number]) => number;

function fillGroups(rows: CanonicalBookRows, at: PlaceOf, chunk: RawChunk): void {
  rows.instrumentId.set(wordsOf(chunk, at('instrument_id'), 1));
  rows.sequence.set(wordsOf(chunk, at('sequence'), 1));
  rows.flags.set(halvesOf(chunk, at('flags')));
  chars(rows.action, chunk, at('action'));
}

function fillEvents(rows: CanonicalBookRows, at: PlaceOf, chunk: RawChunk): void {
  const count = chunk.rows;
  rows.depth.set(halvesOf(chunk, at('depth')));
  chars(rows.side, chunk, at('side'));
  putNumbers(rows.price, chunk, at('price'));
  rows.size.set(wordsOf(chunk, at('size'), 1));
  rows.isSuspect.set(bytesOf(chunk, at('book_suspect'), 1).subarray(0, count));
}

function times(out: Float64Array, chunk: RawChunk, column: number, originNs: bigint): void {
  const words = wordsOf(chunk, column, 2);
  const low = Number(BigInt.asUintN(32, originNs));
  const high = Number(BigInt.asUintN(32, originNs >> 32n));
  for (let i = 0; i < chunk.rows; i++) out[i] = (words[2 * i + 1]! - high) * 4_294_967_296 + (words[2 * i]! - low);
}

/** A text of one character stands in the fifth of its sixteen bytes. */
function chars(out: Uint8Array, chunk: RawChunk, column: number): void {
  const laid = bytesOf(chunk, column, 16);
  for (let i = 0; i < chunk.rows; i++) out[i] = laid[16 * i + 4]!;
}
