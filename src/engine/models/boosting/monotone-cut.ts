/** Cuts under monotone constraints: LightGBM's basic method, which bounds what the leaves of each side may say. */

import type { CutRules } from './shard.js';
import type { UsedColumn } from './used-columns.js';

/** Between which values a leaf must stay, in the unit of gradient over hessian steps. */
export interface OutputBounds {
  /** No column of the model is held to anything: bounds need not be looked at. */
  readonly isFree: boolean;
  readonly low: number;
  readonly high: number;
}

export const FREE: OutputBounds = { isFree: true, low: -Infinity, high: Infinity };

export interface MonotoneCut {
  readonly score: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly gain: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly lambda: number;
}

/** The best value of a leaf within its bounds. */
export function boundedOutput(gradient: number, hessian: number, shrink: number, lambda: number, bounds: OutputBounds) {
  const size = Math.max(0, Math.abs(gradient) - shrink);
  const output = size === 0 ? 0 : (gradient > 0 ? -size : size) / (hessian + lambda);
  return output < bounds.low ? bounds.low : output > bounds.high ? bounds.high : output;
}

/** What a leaf scores when it says `output`: its Newton score, where that is the free one. */
function scoreAt(gradient: number, hessian: number, shrink: number, lambda: number, output: number): number {
  const size = Math.max(0, Math.abs(gradient) - shrink);
  const drawn = gradient > 0 ? size : -size;
  return -(2 * drawn * output + (hessian + lambda) * output * output);
}

/** The best cut above `floor` whose sides stay within the bounds and, where the column is held to a direction, in its order. */
export function findMonotoneCut(
  pairs: Float64Array,
  { start, values, hasMissing, monotone }: UsedColumn,
  { gradient, hessian, shrink, lambda, weightMin, bounds }: CutRules & { readonly bounds: OutputBounds },
  floor: number,
): MonotoneCut | undefined {
  const absentG = hasMissing ? pairs[2 * (start + values)]! : 0;
  const absentH = hasMissing ? pairs[2 * (start + values) + 1]! : 0;
  const hasAbsent = absentG !== 0 || absentH !== 0;
  const cuts = hasAbsent ? values : values - 1;
  let best = floor;
  let found: MonotoneCut | undefined;
  let sumG = 0;
  let sumH = 0;
  for (let bin = 0; bin < cuts; bin++) {
    sumG += pairs[2 * (start + bin)]!;
    sumH += pairs[2 * (start + bin) + 1]!;
    for (let side = hasAbsent ? 1 : 0; side >= 0; side--) {
      const g = side === 1 ? sumG + absentG : sumG;
      const h = side === 1 ? sumH + absentH : sumH;
      if (h < weightMin || hessian - h < weightMin) continue;
      const left = boundedOutput(g, h, shrink, lambda, bounds);
      const right = boundedOutput(gradient - g, hessian - h, shrink, lambda, bounds);
      if (monotone * (right - left) < 0) continue;
      const score = scoreAt(g, h, shrink, lambda, left) + scoreAt(gradient - g, hessian - h, shrink, lambda, right);
      if (score <= best) continue;
      best = score;
      const missingLeft = hasAbsent ? side === 1 : h >= hessian - h;
      found = { score, bin, missingLeft, gain: 0, gradient: g, hessian: h, lambda };
    }
  }
  return found;
}
