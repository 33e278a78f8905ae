/** Features as small numbers for a forest: the bins of boosting, whose number follows the rows. */
import type { Matrix } from '../../frame/matrix.js';
import { binNumbers, learnCuts } from '../boosting/number-bins.js';

/** Values and what is missing together fit a byte. */
const VALUE_BINS_MAX = 255;
const VALUE_BINS_MIN = 64;
// With fewer rows a bin, cuts follow single rows and cost time without telling more.
const ROWS_PER_BIN = 10;

export interface BinnedMatrix {
  readonly rows: number;
  readonly columns: readonly Uint8Array[];
  readonly cuts: readonly Float64Array[];
  /** By column: one after the last value bin. */
  readonly missingBin: Int32Array;
}

/** How many value bins a training of so many rows deserves. */
export const binsFor = (rows: number): number =>
  Math.max(VALUE_BINS_MIN, Math.min(VALUE_BINS_MAX, Math.floor(rows / ROWS_PER_BIN)));

/** NaN and infinities are missing. */
export function binMatrix(x: Matrix): BinnedMatrix {
  const known = x.columns.map((column) => column.map((value) => (value - value === 0 ? value : NaN)));
  const cuts = known.map((column) => learnCuts(column, binsFor(x.rows), 1));
  return {
    rows: x.rows,
    columns: known.map((column, j) => {
      const bins = new Uint8Array(column.length);
      binNumbers(column, cuts[j]!, cuts[j]!.length + 1, bins);
      return bins;
    }),
    cuts,
    missingBin: Int32Array.from(cuts, ({ length }) => length + 1),
  };
}
