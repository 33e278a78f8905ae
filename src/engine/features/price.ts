/** Earlier prices: `price_lag_{k}` and `price_pct_change_7d`. */
import { defineFeature, type FeatureColumn, fillUnknown } from './demand-feature.js';
import { lagSeries } from './lagged.js';

export interface PriceParams {
  /** Days back, all above zero. */
  readonly lags: readonly number[];
  readonly hasChange: boolean;
}

/** Yesterday's price against the price a week before it. */
const CHANGE_DAYS = 7;

export const price = defineFeature<PriceParams>({
  name: 'price',
  doc: 'unit_price at t - k, and (p[t-1] - p[t-8]) / p[t-8], unknown where the earlier price is zero (forecastlab 8).',
  timeSafety: 'Reads prices of t - 1 and before only: a price set on day t is not known when day t is forecast.',
  reads: ['unitPrice'],
  defaults: { lags: [7, 28], hasChange: true },
  outputs: ({ lags, hasChange }) => [
    ...lags.map((days) => `price_lag_${days}`),
    ...(hasChange ? [`price_pct_change_${CHANGE_DAYS}d`] : []),
  ],
  prepare({ unitPrice, day, offsets }, { lags, hasChange }, columns) {
    if (unitPrice === undefined) return fillUnknown(columns);
    // Room for the longest series, used by one after the other.
    const longest = offsets.reduce((most, end, s) => Math.max(most, s === 0 ? 0 : end - offsets[s - 1]!), 0);
    const yesterday = new Float64Array(hasChange ? longest : 0);
    const weekBefore = new Float64Array(hasChange ? longest : 0);
    return (from, to) => {
      const series = { values: unitPrice.subarray(from, to), day: day.subarray(from, to), fill: Number.NaN };
      const lagged = (days: number, out: FeatureColumn) => lagSeries({ ...series, lag: days, out }, 0, to - from);
      for (let i = 0; i < lags.length; i++) lagged(lags[i]!, columns[i]!.subarray(from, to));
      if (!hasChange) return;
      lagged(1, yesterday);
      lagged(1 + CHANGE_DAYS, weekBefore);
      const out = columns[lags.length]!;
      for (let t = from; t < to; t++) {
        const before = weekBefore[t - from]!;
        out[t] = before === 0 ? Number.NaN : (yesterday[t - from]! - before) / before;
      }
    };
  },
});
