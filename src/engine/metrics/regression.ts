/** How well numbers were told: errors, share of variance explained, linear and rank correlation. */
import { meanAbsoluteError, rootMeanSquaredError } from './forecast.js';
import { meanOf } from './moments.js';

export interface RegressionMetrics {
  readonly rows: number;
  readonly mae: number | null;
  readonly rmse: number | null;
  readonly medianAbsoluteError: number | null;
  readonly maxError: number | null;
  /** 1 - sum of squared errors / sum of squares about the mean; null where what happened never varied. */
  readonly r2: number | null;
  readonly correlation: number | null;
  /** Spearman's: the correlation of mid-ranks. */
  readonly rankCorrelation: number | null;
}

/** All null without rows or where a number is not finite. */
export function regressionMetrics(actual: ArrayLike<number>, predicted: ArrayLike<number>): RegressionMetrics {
  const mae = meanAbsoluteError(actual, predicted);
  const errors = Float64Array.from(actual, (value, i) => Math.abs(value - predicted[i]!)).sort();
  const isKnown = mae !== null;
  return {
    rows: actual.length,
    mae,
    rmse: rootMeanSquaredError(actual, predicted),
    medianAbsoluteError: isKnown ? middleOf(errors) : null,
    maxError: isKnown ? errors.at(-1)! : null,
    r2: isKnown ? explainedShare(actual, predicted) : null,
    correlation: isKnown ? correlationOf(actual, predicted) : null,
    rankCorrelation: isKnown ? correlationOf(midRanks(actual), midRanks(predicted)) : null,
  };
}

const middleOf = (sorted: Float64Array): number =>
  (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;

function explainedShare(actual: ArrayLike<number>, predicted: ArrayLike<number>): number | null {
  const mean = meanOf(actual)!;
  let [left, all] = [0, 0];
  for (let i = 0; i < actual.length; i++) {
    left += (actual[i]! - predicted[i]!) ** 2;
    all += (actual[i]! - mean) ** 2;
  }
  return all === 0 ? null : 1 - left / all;
}

/** Pearson's correlation; null for fewer than two rows, where one side never varies, and where a number is not finite. */
export function correlationOf(left: ArrayLike<number>, right: ArrayLike<number>): number | null {
  if (left.length < 2) return null;
  const [leftMean, rightMean] = [meanOf(left)!, meanOf(right)!];
  let [both, leftSquares, rightSquares] = [0, 0, 0];
  for (let i = 0; i < left.length; i++) {
    const [a, b] = [left[i]! - leftMean, right[i]! - rightMean];
    both += a * b;
    leftSquares += a * a;
    rightSquares += b * b;
  }
  const value = both / (Math.sqrt(leftSquares) * Math.sqrt(rightSquares));
  return Number.isFinite(value) ? value : null;
}

/** Ranks from 1; equal values share the mean of their places. */
export function midRanks(values: ArrayLike<number>): Float64Array {
  const order = Int32Array.from({ length: values.length }, (_, i) => i).sort(
    (i, j) => values[i]! - values[j]! || i - j,
  );
  const ranks = new Float64Array(values.length);
  for (let at = 0; at < order.length; ) {
    let end = at;
    while (end < order.length && values[order[end]!]! === values[order[at]!]!) end++;
    const rank = (at + 1 + end) / 2;
    for (; at < end; at++) ranks[order[at]!] = rank;
  }
  return ranks;
}
