/** Sums of gradients per feature and bin, in whole numbers: exact, so no order of summation and no number of workers can change them. */
import type { BinnedMatrix } from './bins.js';
import { BINS_MAX } from './bins.js';

/** Gradients and hessians are counted in steps of 2^-24; sums stay exact in a double for 2^29 rows. */
export const STEPS = 16777216;

/** [gradient, hessian] for each feature and bin. */
export type Histogram = Float64Array;
/** Rows for each feature and bin; only kept where leaves have a minimum number of rows. */
export type Counts = Int32Array;

export interface NodeSums {
  readonly sums: Histogram;
  readonly counts: Counts | undefined;
}

export const FEATURE_STRIDE = BINS_MAX * 2;

/** Gradients of the chosen rows in the order of the row list, so that the inner loop reads them in sequence. */
export interface Gathered {
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
}

export function fillHistogram(
  into: NodeSums,
  binned: BinnedMatrix,
  features: Int32Array,
  order: Int32Array,
  from: number,
  to: number,
  { gradients, hessians }: Gathered,
  all: Gathered,
): void {
  for (let i = from; i < to; i++) {
    gradients[i] = all.gradients[order[i]!]!;
    hessians[i] = all.hessians[order[i]!]!;
  }
  into.sums.fill(0);
  for (let f = 0; f < features.length; f++) {
    addFeature(into.sums, f * FEATURE_STRIDE, binned.columns[features[f]!]!, order, from, to, gradients, hessians);
  }
  if (into.counts === undefined) return;
  into.counts.fill(0);
  for (let f = 0; f < features.length; f++)
    countFeature(into.counts, f * BINS_MAX, binned.columns[features[f]!]!, order, from, to);
}

function addFeature(
  sums: Histogram,
  base: number,
  bins: Uint8Array,
  order: Int32Array,
  from: number,
  to: number,
  gradients: Float64Array,
  hessians: Float64Array,
): void {
  for (let i = from; i < to; i++) {
    const at = base + (bins[order[i]!]! << 1);
    sums[at] = sums[at]! + gradients[i]!;
    sums[at + 1] = sums[at + 1]! + hessians[i]!;
  }
}

function countFeature(
  counts: Counts,
  base: number,
  bins: Uint8Array,
  order: Int32Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    const at = base + bins[order[i]!]!;
    counts[at] = counts[at]! + 1;
  }
}

/** The larger child is its parent without the smaller child: half the work of counting it. The parent's histogram becomes the child's. */
export function subtractInPlace(parent: NodeSums, child: NodeSums): void {
  for (let i = 0; i < parent.sums.length; i++) parent.sums[i] = parent.sums[i]! - child.sums[i]!;
  const { counts } = parent;
  if (counts === undefined) return;
  for (let i = 0; i < counts.length; i++) counts[i] = counts[i]! - child.counts![i]!;
}
