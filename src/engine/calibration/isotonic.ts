/** Isotonic regression by pooling adjacent violators: the best rising step function, joined by straight lines. */
import { errors } from '#base/errors.js';

export interface IsotonicCurve {
  readonly kind: 'isotonic';
  /** Knots, rising; between them linear, outside the first and last value. */
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/**
 * Equal scores are pooled first; weights default to 1. Barlow et al. (1972); the knots are the two ends of every pooled block.
 * Rows whose score is not finite are left out; `insufficient_data` when none is left.
 */
export function fitIsotonic(
  scores: Float64Array,
  outcome: ArrayLike<number>,
  weights?: ArrayLike<number>,
): IsotonicCurve {
  const known = Int32Array.from(scores, (_, i) => i).filter((i) => Number.isFinite(scores[i]));
  if (known.length === 0) throw errors.insufficientData('no scores to fit an isotonic curve to', { rows: 0 });
  const order = known.sort((i, j) => scores[i]! - scores[j]! || i - j);
  const blocks: { first: number; last: number; mean: number; weight: number }[] = [];
  for (let at = 0; at < order.length; ) {
    const score = scores[order[at]!]!;
    let weight = 0;
    let sum = 0;
    for (; at < order.length && scores[order[at]!]! === score; at++) {
      const w = weights === undefined ? 1 : weights[order[at]!]!;
      weight += w;
      sum += w * outcome[order[at]!]!;
    }
    blocks.push({ first: score, last: score, mean: sum / weight, weight });
    while (blocks.length > 1 && blocks.at(-2)!.mean >= blocks.at(-1)!.mean) {
      const last = blocks.pop()!;
      const kept = blocks.at(-1)!;
      kept.mean = (kept.mean * kept.weight + last.mean * last.weight) / (kept.weight + last.weight);
      kept.weight += last.weight;
      kept.last = last.last;
    }
  }
  const x: number[] = [];
  const y: number[] = [];
  for (const { first, last, mean } of blocks) {
    x.push(first);
    y.push(mean);
    if (last > first) {
      x.push(last);
      y.push(mean);
    }
  }
  return { kind: 'isotonic', x, y };
}

/** NaN stays unknown. */
export function applyIsotonic({ x, y }: IsotonicCurve, score: number): number {
  if (Number.isNaN(score)) return Number.NaN;
  const last = x.length - 1;
  if (score <= x[0]!) return y[0]!;
  if (score >= x[last]!) return y[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= score) low = middle;
    else high = middle;
  }
  return y[low]! + ((y[high]! - y[low]!) * (score - x[low]!)) / (x[high]! - x[low]!);
}
