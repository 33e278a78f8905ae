/**
 * Where in a day a moment stands: for every 2048 rows the first and last millisecond, and how many rows have both sides and are trades.
 *
 * It is made while the rows are written and stands beside them; 24 bytes for 2048 rows. Rows may go back in time a little, so a
 * moment is looked for in every stretch whose times reach it.
 */
import { assert } from '#base/assert.js';
import type { Mbp10Block } from '#engine/frame/dbn-block.js';
import { isUndefPrice, sinceAt, type WideBase, wideBase } from '#engine/frame/wide-column.js';

export const STRETCH_ROWS = 2048;

export interface DayIndex {
  readonly rows: number;
  /** Epoch milliseconds, rounded down. */
  readonly minMs: Float64Array;
  readonly maxMs: Float64Array;
  readonly twoSided: Uint32Array;
  readonly trades: Uint32Array;
}

const TRADE = 'T'.charCodeAt(0);
const MS_NS = 1_000_000;

/** Collects the index of rows in record order. `originNs` is any moment of the day: times are told exactly from it. */
export class DayIndexMaker {
  readonly #minMs: number[] = [];
  readonly #maxMs: number[] = [];
  readonly #twoSided: number[] = [];
  readonly #trades: number[] = [];
  readonly #base: WideBase;
  readonly #originMs: number;
  readonly #restNs: number;
  #rows = 0;

  constructor(originNs: bigint) {
    this.#base = wideBase(originNs);
    this.#originMs = Number(originNs / BigInt(MS_NS));
    this.#restNs = Number(originNs % BigInt(MS_NS));
  }

  /** Rows `from` to `to` of a block. */
  add(block: Mbp10Block, from: number, to: number): void {
    const best = block.levels[0]!;
    for (let row = from; row < to; row++) {
      const ms = this.#originMs + Math.floor((sinceAt(block.tsEvent, row, this.#base) + this.#restNs) / MS_NS);
      const isTwoSided = !isUndefPrice(best.bidPx, row) && !isUndefPrice(best.askPx, row);
      this.addRow(ms, isTwoSided, block.action[row] === TRADE);
    }
  }

  addRow(ms: number, isTwoSided: boolean, isTrade: boolean): void {
    if (this.#rows % STRETCH_ROWS === 0) {
      this.#minMs.push(ms);
      this.#maxMs.push(ms);
      this.#twoSided.push(0);
      this.#trades.push(0);
    }
    const at = this.#minMs.length - 1;
    if (ms < this.#minMs[at]!) this.#minMs[at] = ms;
    if (ms > this.#maxMs[at]!) this.#maxMs[at] = ms;
    if (isTwoSided) this.#twoSided[at]!++;
    if (isTrade) this.#trades[at]!++;
    this.#rows++;
  }

  finish(): DayIndex {
    return {
      rows: this.#rows,
      minMs: Float64Array.from(this.#minMs),
      maxMs: Float64Array.from(this.#maxMs),
      twoSided: Uint32Array.from(this.#twoSided),
      trades: Uint32Array.from(this.#trades),
    };
  }
}

const HEAD = 'ALMANAC DAY INDEX 1\n';
/** Magic, the SHA-256 of the events it belongs to, the count of rows. */
const HEAD_BYTES = HEAD.length + 64 + 8;

export function encodeDayIndex(index: DayIndex, eventsSha256: string): Uint8Array {
  assert(eventsSha256.length === 64, 'a SHA-256 in hexadecimal');
  const count = index.minMs.length;
  const bytes = new Uint8Array(HEAD_BYTES + 24 * count);
  bytes.set(Buffer.from(HEAD + eventsSha256, 'latin1'));
  const view = new DataView(bytes.buffer);
  view.setFloat64(HEAD.length + 64, index.rows, true);
  let at = HEAD_BYTES;
  for (const column of [index.minMs, index.maxMs, index.twoSided, index.trades]) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += column.byteLength;
  }
  return bytes;
}

/** Undefined when it is not the index of these events: then it is made again. */
export function decodeDayIndex(bytes: Uint8Array, eventsSha256: string): DayIndex | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  if (Buffer.from(bytes.buffer, bytes.byteOffset, HEAD.length + 64).toString('latin1') !== HEAD + eventsSha256)
    return undefined;
  const rows = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(HEAD.length + 64, true);
  const count = Math.ceil(rows / STRETCH_ROWS);
  if (bytes.length !== HEAD_BYTES + 24 * count) return undefined;
  // A copy of each column, because a view must begin on a multiple of its width.
  const part = (at: number, length: number) =>
    new Uint8Array(bytes.subarray(HEAD_BYTES + at, HEAD_BYTES + at + length)).buffer;
  return {
    rows,
    minMs: new Float64Array(part(0, 8 * count)),
    maxMs: new Float64Array(part(8 * count, 8 * count)),
    twoSided: new Uint32Array(part(16 * count, 4 * count)),
    trades: new Uint32Array(part(20 * count, 4 * count)),
  };
}

/** Rows `from` to `to`, exclusive. */
export interface RowRun {
  readonly from: number;
  readonly to: number;
}

export const rowsIn = (runs: readonly RowRun[]): number => runs.reduce((sum, { from, to }) => sum + to - from, 0);

/** How a stretch stands to the time [fromMs, toMs): all of it inside, none of it, or some rows, which somebody has to look at. */
export function stretchesOf(
  index: DayIndex,
  fromMs: number,
  toMs: number,
): { readonly at: number; readonly isWhole: boolean }[] {
  const found: { at: number; isWhole: boolean }[] = [];
  for (let at = 0; at < index.minMs.length; at++) {
    const [min, max] = [index.minMs[at]!, index.maxMs[at]!];
    if (max < fromMs || min >= toMs) continue;
    found.push({ at, isWhole: min >= fromMs && max < toMs });
  }
  return found;
}

export const stretchRun = ({ rows }: DayIndex, at: number): RowRun => ({
  from: at * STRETCH_ROWS,
  to: Math.min(rows, (at + 1) * STRETCH_ROWS),
});

/** The rows of runs that stand from `offset` on, at most `limit` of them, as runs again. */
export function sliceRuns(runs: readonly RowRun[], offset: number, limit: number): RowRun[] {
  const taken: RowRun[] = [];
  let skip = offset;
  let left = limit;
  for (const { from, to } of runs) {
    const length = to - from;
    if (skip >= length) {
      skip -= length;
      continue;
    }
    if (left <= 0) break;
    const start = from + skip;
    const end = Math.min(to, start + left);
    taken.push({ from: start, to: end });
    left -= end - start;
    skip = 0;
  }
  return taken;
}

/** Runs that touch become one. */
export function joinRuns(runs: readonly RowRun[]): RowRun[] {
  const joined: RowRun[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last !== undefined && last.to === run.from) joined[joined.length - 1] = { from: last.from, to: run.to };
    else joined.push(run);
  }
  return joined;
}
