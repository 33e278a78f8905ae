/** Exponentially weighted mean of the days before each row. */
import { pow } from '../math/pow.js';
import type { FeatureColumn } from './demand-feature.js';

export interface WeightedTerms {
  readonly values: Float64Array;
  readonly day: Int32Array;
  /** Days after which a weight has fallen to about a seventh; alpha = 2 / (span + 1). */
  readonly span: number;
  readonly minPeriods: number;
  readonly out: FeatureColumn;
}

/**
 * Sum of (1 - alpha)^age x / sum of (1 - alpha)^age over all known days before t of one series, age in calendar days: the
 * weights are normalised, so the first value counts for no more than its age (pandas `ewm(span, adjust=True)` after `shift(1)`).
 */
export function weightedMean({ values, day, span, minPeriods, out }: WeightedTerms, from: number, to: number): void {
  const keep = 1 - 2 / (span + 1);
  let [above, below, count, lastDay] = [0, 0, 0, 0];
  for (let t = from; t < to; t++) {
    const value = t > from ? values[t - 1]! : Number.NaN;
    if (value - value === 0) {
      const age = count === 0 ? 1 : day[t - 1]! - lastDay;
      const fade = age === 1 ? keep : pow(keep, age);
      above = value + fade * above;
      below = 1 + fade * below;
      lastDay = day[t - 1]!;
      count++;
    }
    out[t] = count >= minPeriods && count > 0 ? above / below : Number.NaN;
  }
}
