/** Scores to probabilities. */
import { exp } from '../math/exp.js';

/** Logistic function, without overflow on either side. */
export function sigmoid(score: number): number {
  if (score >= 0) return 1 / (1 + exp(-score));
  const e = exp(score);
  return e / (1 + e);
}

/** Softmax of `count` scores at `offset`, in place; the largest is subtracted first, so nothing overflows. */
export function softmaxInPlace(scores: Float64Array, offset: number, count: number): void {
  let largest = scores[offset]!;
  for (let k = 1; k < count; k++) if (scores[offset + k]! > largest) largest = scores[offset + k]!;
  let sum = 0;
  for (let k = 0; k < count; k++) {
    const e = exp(scores[offset + k]! - largest);
    scores[offset + k] = e;
    sum += e;
  }
  for (let k = 0; k < count; k++) scores[offset + k] = scores[offset + k]! / sum;
}
