/** What stands where in a shard's memory, and in which steps its gradients are counted. */
import { BOOSTING_DATA, GRADIENT_STEPS, HESSIAN_STEPS } from '../../kernels/boosting.js';
import type { BoostingParams } from './params.js';

/** What a shard's layout follows from; plain data, so that any thread finds the same bytes in the same places. */
export interface ShardShape {
  readonly rows: number;
  /** Bins that are counted, by column. */
  readonly sizes: readonly number[];
  /** Trees a round. */
  readonly outputs: number;
  /** Leaves of a tree at most. */
  readonly leaves: number;
  /** Histograms kept at once: many for the shard whose owner finds the splits, one for the others. */
  readonly slots: number;
  readonly isWeighted: boolean;
  readonly hasUnitHessian: boolean;
  /** Gradients come straight from scores and labels as cells: no columns of doubles. */
  readonly isLogistic: boolean;
}

/** The cells' bounds are known beforehand for p - y and p (1 - p): steps of 2^-17 and 2^-20. */
export const LOGISTIC_GRADIENT_SCALE = 2 ** 17;
export const LOGISTIC_HESSIAN_SCALE = 2 ** 20;

export interface Layout {
  readonly [name: string]: number;
}

/** Row after row of bins is padded to this: the kernel counts features by fours. */
const WIDTH_STEP = 4;
/** An odd number of rows is counted as even by the kernel, and a row is gathered by whole vectors. */
const SPARE_BYTES = 32;

export const strideOf = (columns: number): number => (columns + WIDTH_STEP - 1) & ~(WIDTH_STEP - 1);

export const cellsOf = ({ sizes }: Pick<ShardShape, 'sizes'>): number => sizes.reduce((sum, size) => sum + size, 0);

/** First byte of every part, and the bytes of all. */
export function layOut(shape: ShardShape): { readonly at: Layout; readonly bytes: number } {
  const { rows, sizes, outputs, leaves, slots } = shape;
  const at: Record<string, number> = {};
  let next = BOOSTING_DATA;
  const take = (name: string, bytes: number) => {
    at[name] = next;
    // One cache line beside a multiple of 4096: columns of equal length would share cache sets.
    next += Math.ceil((bytes + SPARE_BYTES) / 64) * 64 + 64;
  };
  take('sizes', sizes.length * 4);
  take('state', 8);
  take('report', 2 * outputs * 8);
  take('leafValues', leaves * 8);
  take('leafRanges', leaves * 16);
  take('histograms', slots * cellsOf(shape) * 16);
  take('order', rows * 4);
  take('bag', rows * 4);
  take('scratch', rows * 4);
  take('scores', outputs * rows * 8);
  take('labels', rows * 8);
  take('weights', shape.isWeighted ? rows * 8 : 0);
  for (let k = 0; k < outputs; k++) take(`cells${k}`, rows * 8);
  const columns = shape.isLogistic ? 0 : rows * 8;
  for (let k = 0; k < outputs; k++) take(`gradients${k}`, columns);
  for (let k = 0; k < outputs; k++) take(`hessians${k}`, shape.hasUnitHessian ? 0 : columns);
  take('byRow', rows * strideOf(sizes.length));
  for (let j = 0; j < sizes.length; j++) take(`column${j}`, rows);
  return { at, bytes: next };
}

export const shardBytes = (shape: ShardShape): number => layOut(shape).bytes;

/** Histograms that are kept at once where splits are found: one for every leaf that waits for its own. */
export const slotsOf = ({ growth, maxDepth }: BoostingParams, leaves: number): number =>
  growth === 'leaf' ? leaves : Math.min(leaves, maxDepth + 2);

/** Steps a unit of the gradients and hessians of each output: the largest powers of two that keep a cell within its halves. */
export function scalesOf(shape: ShardShape, most: Float64Array): Float64Array {
  if (shape.isLogistic) return Float64Array.of(LOGISTIC_GRADIENT_SCALE, LOGISTIC_HESSIAN_SCALE);
  return most.map((size, i) =>
    i % 2 === 1 && shape.hasUnitHessian ? 1 : largestScale(size, i % 2 === 0 ? GRADIENT_STEPS : HESSIAN_STEPS),
  );
}

/** Below this a gradient is none: its scale would overflow. */
const SIZE_MIN = 1e-280;

function largestScale(size: number, steps: number): number {
  if (size < SIZE_MIN) return 1;
  let scale = 1;
  while (size * scale * 2 <= steps) scale *= 2;
  while (size * scale > steps) scale /= 2;
  return scale;
}
