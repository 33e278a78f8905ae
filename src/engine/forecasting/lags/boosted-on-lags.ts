/** Boosted trees on lagged values, one series, forecast step by step. */
import { defineForecaster } from '../forecaster.js';
import { BOOSTED_DEFAULTS, boostedParams, type FittedTrees, fitTrees, treesPredictor } from './boosted-trees.js';
import { goOn, lagRows, minimumOfLags, replayLags } from './lag-rows.js';

export interface FittedBoostedOnLags {
  readonly kind: 'boosted_lags';
  readonly lags: readonly number[];
  readonly trees: FittedTrees;
  readonly tail: readonly number[];
}

const LAGS = [1, 7, 14, 28] as const;

/** Trees hold to what they have seen: the forecasts of a series that grows stay at its highest values. */
export const boostedOnLags = defineForecaster<FittedBoostedOnLags>({
  name: 'boosted_lags',
  defaults: { lags: LAGS, ...BOOSTED_DEFAULTS },
  minimum: ({ lags = LAGS }) => minimumOfLags(lags),
  learn(known, params, rng) {
    const { lags = LAGS } = params;
    const longest = Math.max(...lags);
    const trees = fitTrees({ x: lagRows(known, lags), y: known.slice(longest), params: boostedParams(params), rng });
    return { kind: 'boosted_lags', lags: [...lags], trees, tail: Array.from(known.subarray(-longest)) };
  },
  forecast: ({ lags, trees, tail }, horizon) => goOn(tail, lags, horizon, treesPredictor(trees)),
  replay: ({ lags, trees }, known) => replayLags(known, lags, treesPredictor(trees)),
});
