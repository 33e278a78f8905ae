/** Sums of gradients per feature and bin, in whole numbers: exact, so no order of summation and no number of workers can change them. */
import type { BinnedMatrix } from './bins.js';

/** Gradients and hessians are counted in steps of 2^-24; sums stay exact in a double for 2^29 rows. */
export const STEPS = 16777216;

/** Where each of a tree's features has its bins: value bins, then the one of missing values. */
export interface Layout {
  readonly features: Int32Array;
  /** First bin of feature f; one more entry than features, the last is the total. */
  readonly start: Int32Array;
}

export function layoutOf(binned: BinnedMatrix, features: Int32Array): Layout {
  const start = new Int32Array(features.length + 1);
  for (let f = 0; f < features.length; f++) start[f + 1] = start[f]! + binned.missingBin[features[f]!]! + 1;
  return { features, start };
}

export interface NodeSums {
  /** [gradient, hessian] of each bin. */
  readonly sums: Float64Array;
  /** Rows of each bin; only kept where leaves have a minimum number of rows. */
  readonly counts: Int32Array | undefined;
}

/** Gradients and hessians in whole steps, one a row. */
export interface Gradients {
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
}

/** Fills the histogram of order[from..to). `gathered` is scratch: the rows' gradients in the order of the list, read in sequence. */
export function fillHistogram(
  into: NodeSums,
  binned: BinnedMatrix,
  { features, start }: Layout,
  order: Int32Array,
  from: number,
  to: number,
  gathered: Gradients,
  all: Gradients,
): void {
  const { gradients, hessians } = gathered;
  for (let i = from; i < to; i++) {
    gradients[i] = all.gradients[order[i]!]!;
    hessians[i] = all.hessians[order[i]!]!;
  }
  const bins = start[features.length]!;
  into.sums.fill(0, 0, bins * 2);
  into.counts?.fill(0, 0, bins);
  const columnOf = (f: number) => binned.columns[features[f]!]!;
  let f = 0;
  for (; f + 3 < features.length; f += 4) {
    const columns = [columnOf(f), columnOf(f + 1), columnOf(f + 2), columnOf(f + 3)] as const;
    addFourFeatures(into.sums, start, f, columns, order, from, to, gradients, hessians);
  }
  for (; f < features.length; f++) addFeature(into.sums, start[f]!, columnOf(f), order, from, to, gradients, hessians);
  if (into.counts === undefined) return;
  for (f = 0; f < features.length; f++) countFeature(into.counts, start[f]!, columnOf(f), order, from, to);
}

function addFeature(
  sums: Float64Array,
  start: number,
  bins: Uint8Array,
  order: Int32Array,
  from: number,
  to: number,
  gradients: Float64Array,
  hessians: Float64Array,
): void {
  for (let i = from; i < to; i++) {
    const at = (start + bins[order[i]!]!) << 1;
    sums[at] = sums[at]! + gradients[i]!;
    sums[at + 1] = sums[at + 1]! + hessians[i]!;
  }
}

/** Four at a time: the row, its gradient and its hessian are read once. */
function addFourFeatures(
  sums: Float64Array,
  start: Int32Array,
  first: number,
  [a, b, c, d]: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array],
  order: Int32Array,
  from: number,
  to: number,
  gradients: Float64Array,
  hessians: Float64Array,
): void {
  const startA = start[first]!;
  const startB = start[first + 1]!;
  const startC = start[first + 2]!;
  const startD = start[first + 3]!;
  for (let i = from; i < to; i++) {
    const row = order[i]!;
    const g = gradients[i]!;
    const h = hessians[i]!;
    const atA = (startA + a[row]!) << 1;
    sums[atA] = sums[atA]! + g;
    sums[atA + 1] = sums[atA + 1]! + h;
    const atB = (startB + b[row]!) << 1;
    sums[atB] = sums[atB]! + g;
    sums[atB + 1] = sums[atB + 1]! + h;
    const atC = (startC + c[row]!) << 1;
    sums[atC] = sums[atC]! + g;
    sums[atC + 1] = sums[atC + 1]! + h;
    const atD = (startD + d[row]!) << 1;
    sums[atD] = sums[atD]! + g;
    sums[atD + 1] = sums[atD + 1]! + h;
  }
}

function countFeature(
  counts: Int32Array,
  start: number,
  bins: Uint8Array,
  order: Int32Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    const at = start + bins[order[i]!]!;
    counts[at] = counts[at]! + 1;
  }
}

/** The larger child is its parent without the smaller child: half the work of counting it. The parent's histogram becomes the child's. */
export function subtractInPlace(parent: NodeSums, child: NodeSums, { features, start }: Layout): void {
  const bins = start[features.length]!;
  const [sums, less] = [parent.sums, child.sums];
  for (let i = 0; i < bins * 2; i++) sums[i] = sums[i]! - less[i]!;
  const { counts } = parent;
  if (counts === undefined) return;
  for (let i = 0; i < bins; i++) counts[i] = counts[i]! - child.counts![i]!;
}
