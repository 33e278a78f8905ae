/** What a splitter is given and gives: rows to learn from and rows to be judged on, by position in time order. */
import { assert } from '#base/assert.js';

/** When each row is decided (t0) and when its label is known (t1 >= t0), in milliseconds; sorted by t0. */
export interface LabelSpans {
  readonly t0: Float64Array;
  readonly t1: Float64Array;
}

export interface Fold {
  readonly index: number;
  /** Positions, ascending. */
  readonly train: Int32Array;
  readonly test: Int32Array;
  /** Rows dropped from the train part because their label overlaps the test window. */
  readonly purged: number;
  /** Rows dropped by the embargo alone. */
  readonly embargoed: number;
  /** Which groups of rows are tested: one number, or the two of a combinatorial split. */
  readonly groups: readonly number[];
}

export interface SplitParams {
  /** Number of folds, or of groups for the combinatorial splitter. */
  readonly splits: number;
  /** Fraction of all rows that is kept out after each test block, beyond the purge. */
  readonly embargo: number;
  /** Rows of the first training part (expanding, anchored) or of every one (sliding, rolling); others ignore it. */
  readonly trainRows?: number;
  /** Rows left out between training and test by the splitters that only look forward, beyond the purge. */
  readonly gap?: number;
  /** Rows of a test part, for the forecast splitters. */
  readonly horizon?: number;
}

export interface Splitter {
  readonly name: string;
  split(spans: LabelSpans, params: SplitParams): Fold[];
}

/** Rows of block b when n rows are cut into `blocks`: [floor(b n / blocks), floor((b + 1) n / blocks)). */
export function blockOf(block: number, blocks: number, rows: number): readonly [number, number] {
  return [Math.floor((block * rows) / blocks), Math.floor(((block + 1) * rows) / blocks)];
}

export function assertSpans({ t0, t1 }: LabelSpans): void {
  assert(t0.length === t1.length, 'every row has a t0 and a t1');
  for (let i = 0; i < t0.length; i++) {
    assert(t1[i]! >= t0[i]!, 'a label is known at t0 or later');
    assert(i === 0 || t0[i]! >= t0[i - 1]!, 'rows are sorted by t0');
  }
}
