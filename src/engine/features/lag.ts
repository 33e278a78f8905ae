/** `lag_{k}`: the target k days ago. */
import { defineFeature, fillUnknown } from './demand-feature.js';
import type { TargetName } from './demand-panel.js';
import { lagSeries } from './lagged.js';

export interface LagParams {
  /** Days back, all above zero. */
  readonly lags: readonly number[];
  readonly target: TargetName;
  /** Stands where nothing is known; null leaves it unknown. */
  readonly fillValue: number | null;
}

export const lag = defineFeature<LagParams>({
  name: 'lag',
  doc: 'The target at t - k calendar days; unknown, or the fill value, where that day has no row or no value (forecastlab 8).',
  timeSafety: 'k >= 1 is asserted, and the kernel reads only the row dated exactly t - k.',
  reads: ['quantity', 'unitPrice', 'totalAmount'],
  defaults: { lags: [1, 7, 14, 28], target: 'quantity', fillValue: null },
  outputs: ({ lags }) => lags.map((days) => `lag_${days}`),
  prepare(panel, { lags, target, fillValue }, columns) {
    const values = panel[target];
    const fill = fillValue ?? Number.NaN;
    if (values === undefined) return fillUnknown(columns);
    return (from, to) => {
      for (let i = 0; i < lags.length; i++)
        lagSeries({ values, day: panel.day, lag: lags[i]!, fill, out: columns[i]! }, from, to);
    };
  },
});
