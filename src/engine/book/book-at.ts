/**
 * Travelling in time: the books at any nanosecond, from the nearest keyframe before it and the records since, and what changes from there.
 *
 * Cost of a seek, beside reading the keyframe and the records after it: processor time on one core of a busy machine, with 123,000
 * records to replay, which is twice what may follow a keyframe: 14 to 27 ms for a book of 5,600 orders (keyframe 72 kB), 37 to 47 ms for
 * one of 91,000 (1.1 MB). A day of 10 million records has 152 keyframes: 11 MB, or 166 MB. Saving one takes a sort of its orders.
 */
import { assert } from '#base/assert.js';
import type { MboBlock } from '../frame/dbn-block.js';
import type { WideColumn } from '../frame/wide-column.js';
import type { KernelHost } from '../kernels/kernel.js';
import { type KeyframePlace, restoreKeyframe, saveKeyframe } from './keyframe.js';
import { createOrderBooks, type OrderBooks } from './order-books.js';

/** The time that is meant: when the venue made an event, or when it was received, which is how files are sorted. */
export type BookClock = 'tsEvent' | 'tsRecv';

/** Records between two keyframes: half of it would be twice the bytes for a few milliseconds less. */
export const KEYFRAME_RECORDS = 65_536;

/** The last keyframe that is not after `tsNs`; -1 when there is none. `places` ascend. */
export function nearestKeyframe(places: readonly KeyframePlace[], tsNs: bigint): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (places[middle]!.tsNs <= tsNs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Keeps books along a stream and gives a keyframe after every `everyRecords` records, at the next end of a venue event (F_LAST), so that
 * a keyframe never stands inside one. Times of keyframes are the largest seen so far: `tsEvent` may step back a little.
 */
export function createKeyframer(options: {
  readonly host?: KernelHost | undefined;
  readonly mayStartEmpty?: boolean;
  readonly clock: BookClock;
  readonly everyRecords?: number;
}): {
  readonly books: OrderBooks;
  push(block: MboBlock, keep: (keyframe: Uint8Array, place: KeyframePlace) => void): void;
} {
  const { clock, everyRecords = KEYFRAME_RECORDS } = options;
  const books = createOrderBooks(options);
  let records = 0;
  let lastKept = 0;
  let tsNs = 0n;
  return {
    books,
    push(block, keep) {
      let applied = 0;
      while (applied < block.rows) {
        // No sooner than the keyframe is due, and there no sooner than its event has ended.
        const due = applied + Math.max(0, everyRecords - (records - lastKept) - 1);
        let to = Math.min(due, block.rows);
        while (to < block.rows && (block.flags[to]! & F_LAST) === 0) to++;
        const isKept = to < block.rows;
        const end = isKept ? to + 1 : block.rows;
        books.apply(block, applied, end);
        tsNs = latest(block[clock], applied, end, tsNs);
        records += end - applied;
        applied = end;
        if (!isKept) continue;
        lastKept = records;
        const place = { tsNs, records };
        keep(saveKeyframe(books, place), place);
      }
    },
  };
}

const F_LAST = 128;

/** The largest of the known time and those of some rows; a BigInt is made only for the largest. */
function latest({ words, values }: WideColumn, from: number, to: number, known: bigint): bigint {
  let found = from;
  for (let row = from + 1; row < to; row++) {
    const higher = words[2 * row + 1]! - words[2 * found + 1]!;
    if (higher > 0 || (higher === 0 && words[2 * row]! > words[2 * found]!)) found = row;
  }
  const ts = from < to ? BigInt.asUintN(64, values[found]!) : known;
  return ts > known ? ts : known;
}

export interface BookMoment {
  readonly books: OrderBooks;
  /** Records of the stream that were applied, those before the keyframe included. */
  readonly records: number;
  /** Whether the last record applied ended its venue event: only then are books consistent. */
  readonly isComplete: boolean;
  /** The record that comes next, when the records given hold it: the stream of changes begins there. */
  readonly next: { readonly block: MboBlock; readonly row: number } | undefined;
}

/**
 * The books after all records up to `tsNs`: those before the first one with a later time. `records` are those that follow the keyframe,
 * or the beginning of the stream when there is none, in order; they are read no farther than needed. Errors: keyframe_invalid,
 * book_start_missing.
 */
export function bookAt(request: {
  readonly keyframe?: Uint8Array | undefined;
  readonly records: Iterable<MboBlock>;
  readonly tsNs: bigint;
  readonly clock: BookClock;
  readonly host?: KernelHost | undefined;
  readonly mayStartEmpty?: boolean;
}): BookMoment {
  const { keyframe, records, tsNs, clock } = request;
  const start = keyframe === undefined ? undefined : restoreKeyframe(keyframe, request);
  assert(start === undefined || start.tsNs <= tsNs, 'the keyframe is not after the moment');
  const books = start?.books ?? createOrderBooks(request);
  let applied = start?.records ?? 0;
  let isComplete = true;
  for (const block of records) {
    const to = firstLater(block[clock], block.rows, tsNs);
    books.apply(block, 0, to);
    applied += to;
    if (to > 0) isComplete = (block.flags[to - 1]! & F_LAST) !== 0;
    if (to < block.rows) return { books, records: applied, isComplete, next: { block, row: to } };
  }
  return { books, records: applied, isComplete, next: undefined };
}

/** Index of the first row with a later time, compared by words: a BigInt for each row would cost more than the book. */
function firstLater({ words }: WideColumn, rows: number, tsNs: bigint): number {
  const low = Number(BigInt.asUintN(32, tsNs));
  const high = Number(BigInt.asUintN(32, tsNs >> 32n));
  for (let row = 0; row < rows; row++) {
    const its = words[2 * row + 1]!;
    if (its > high || (its === high && words[2 * row]! > low)) return row;
  }
  return rows;
}
