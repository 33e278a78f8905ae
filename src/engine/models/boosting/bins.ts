/** Features as small numbers: at most 255 quantile bins learnt in training, and one for what is missing. */
import type { Matrix } from '../../frame/matrix.js';

export const BINS_MAX = 256;
/** The bin of NaN and infinities. */
export const MISSING_BIN = BINS_MAX - 1;
const VALUE_BINS_MAX = BINS_MAX - 1;

const isKnown = (value: number): boolean => value - value === 0;

/**
 * Cuts between bins, ascending: bin b holds values <= cut b and above cut b - 1. Every distinct value has its own bin while they are few,
 * else the bins hold about equally many training rows. A cut lies halfway between two neighbouring values of the training rows.
 */
export function learnCuts(column: Float64Array): Float64Array {
  const sorted = column.filter(isKnown).sort();
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  if (distinct.length <= VALUE_BINS_MAX) {
    return Float64Array.from({ length: Math.max(distinct.length - 1, 0) }, (_, i) =>
      between(distinct[i]!, distinct[i + 1]!),
    );
  }
  const cuts: number[] = [];
  let at = 0;
  for (let bin = 1; bin < VALUE_BINS_MAX; bin++) {
    const wanted = sorted[Math.floor((bin * sorted.length) / VALUE_BINS_MAX)]!;
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

export function binColumn(column: Float64Array, cuts: Float64Array): Uint8Array {
  const bins = new Uint8Array(column.length);
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    bins[i] = isKnown(value) ? binOf(value, cuts) : MISSING_BIN;
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
}

export function binMatrix(x: Matrix): BinnedMatrix {
  const cuts = x.columns.map(learnCuts);
  return { rows: x.rows, columns: x.columns.map((column, j) => binColumn(column, cuts[j]!)), cuts };
}
