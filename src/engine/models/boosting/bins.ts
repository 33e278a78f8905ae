/** Features as small numbers: at most 255 quantile bins learnt in training, and one for what is missing. */
import type { Matrix } from '../../frame/matrix.js';

/** Values and what is missing together fit a byte. */
const VALUE_BINS_MAX = 255;
const VALUE_BINS_MIN = 64;
// With fewer rows a bin, cuts follow single rows and cost time without telling more.
const ROWS_PER_BIN = 10;

const isKnown = (value: number): boolean => value - value === 0;

/** How many value bins a training of so many rows deserves. */
export const binsFor = (rows: number): number =>
  Math.max(VALUE_BINS_MIN, Math.min(VALUE_BINS_MAX, Math.floor(rows / ROWS_PER_BIN)));

/**
 * Cuts between bins, ascending: bin b holds values <= cut b and above cut b - 1. Every distinct value has its own bin while they are few,
 * else the bins hold about equally many training rows. A cut lies halfway between two neighbouring values of the training rows.
 */
export function learnCuts(column: Float64Array, binsMax = VALUE_BINS_MAX): Float64Array {
  const sorted = column.filter(isKnown).sort();
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  if (distinct.length <= binsMax) {
    return Float64Array.from({ length: Math.max(distinct.length - 1, 0) }, (_, i) =>
      between(distinct[i]!, distinct[i + 1]!),
    );
  }
  const cuts: number[] = [];
  let at = 0;
  for (let bin = 1; bin < binsMax; bin++) {
    const wanted = sorted[Math.floor((bin * sorted.length) / binsMax)]!;
    while (distinct[at]! < wanted) at++;
    if (at === 0) continue;
    const cut = between(distinct[at - 1]!, distinct[at]!);
    if (cuts.length === 0 || cut > cuts.at(-1)!) cuts.push(cut);
  }
  return Float64Array.from(cuts);
}

/** At least `low` and below `high`, also where the two are neighbouring doubles. */
function between(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}

/** The bin of NaN and infinities: one after the last value bin. */
export const missingBinOf = (cuts: Float64Array): number => cuts.length + 1;

export function binColumn(column: Float64Array, cuts: Float64Array): Uint8Array {
  const bins = new Uint8Array(column.length);
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    bins[i] = isKnown(value) ? binOf(value, cuts) : missingBinOf(cuts);
  }
  return bins;
}

/** Number of cuts below the value. */
function binOf(value: number, cuts: Float64Array): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface BinnedMatrix {
  readonly rows: number;
  readonly columns: readonly Uint8Array[];
  readonly cuts: readonly Float64Array[];
  /** By column. */
  readonly missingBin: Int32Array;
}

export function binMatrix(x: Matrix): BinnedMatrix {
  const cuts = x.columns.map((column) => learnCuts(column, binsFor(x.rows)));
  return {
    rows: x.rows,
    columns: x.columns.map((column, j) => binColumn(column, cuts[j]!)),
    cuts,
    missingBin: Int32Array.from(cuts, missingBinOf),
  };
}
