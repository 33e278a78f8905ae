/** Ridge regression on lagged values, one series, forecast step by step. */
import { type FittedRidge, fitRidge, predictRidge, RIDGE_DEFAULTS } from '../../models/ridge.js';
import { defineForecaster } from '../forecaster.js';
import { goOn, lagRows, minimumOfLags, replayLags } from './lag-rows.js';

export interface FittedRidgeOnLags {
  readonly kind: 'ridge_lags';
  readonly lags: readonly number[];
  readonly ridge: FittedRidge;
  /** The last observations, as many as the longest lag needs. */
  readonly tail: readonly number[];
}

const DEFAULTS = { lags: [1, 7, 14, 28], l2: RIDGE_DEFAULTS.l2 } as const;

export const ridgeOnLags = defineForecaster<FittedRidgeOnLags>({
  name: 'ridge_lags',
  defaults: DEFAULTS,
  minimum: ({ lags = DEFAULTS.lags }) => minimumOfLags(lags),
  learn(known, { lags = DEFAULTS.lags, l2 = DEFAULTS.l2 }) {
    const longest = Math.max(...lags);
    const ridge = fitRidge(lagRows(known, lags), known.slice(longest), { l2 });
    return { kind: 'ridge_lags', lags: [...lags], ridge, tail: Array.from(known.subarray(-longest)) };
  },
  forecast: ({ lags, ridge, tail }, horizon) => goOn(tail, lags, horizon, (row) => predictRidge(ridge, row)),
  replay: ({ lags, ridge }, known) => replayLags(known, lags, (rows) => predictRidge(ridge, rows)),
});
