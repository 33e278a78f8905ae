/** Holt's linear trend, plain and damped (Holt 1957; Gardner & McKenzie 1985). */
import { assert } from '#base/assert.js';
import { defineForecaster, type Forecaster } from '../forecaster.js';
import { canFit, type FittedSmoothing, fitSmoothing } from './fit.js';
import type { SmoothingModel } from './recursion.js';
import { forecastSmoothing, replaySmoothing } from './replay.js';

export interface FittedTrend {
  readonly kind: 'holt' | 'damped_holt';
  readonly smoothing: FittedSmoothing;
}

const modelOf = (trend: 'additive' | 'damped'): SmoothingModel => ({
  error: 'additive',
  trend,
  season: 'none',
  period: 1,
});

/** Fewer observations than these cannot tell weights and states from noise. */
const minimumOf = (trend: 'additive' | 'damped'): number => {
  let rows = 2;
  while (!canFit(rows, modelOf(trend))) rows++;
  return rows;
};

/** Weights and first states make the squared one-step errors small. */
function fitTrend(values: Float64Array, trend: 'additive' | 'damped'): FittedSmoothing {
  const fitted = fitSmoothing(values, modelOf(trend), 'squares');
  assert(fitted !== undefined, 'an additive model has a value wherever its series has');
  return fitted;
}

const holtWith = (kind: FittedTrend['kind'], trend: 'additive' | 'damped'): Forecaster<FittedTrend> =>
  defineForecaster<FittedTrend>({
    name: kind,
    defaults: {},
    minimum: () => minimumOf(trend),
    learn: (known) => ({ kind, smoothing: fitTrend(known, trend) }),
    forecast: ({ smoothing }, horizon) => forecastSmoothing(smoothing, horizon),
    replay: ({ smoothing }, known) => replaySmoothing(smoothing, known),
  });

/** level + h slope. */
export const holt = holtWith('holt', 'additive');

/** level + slope (phi + phi^2 + ... + phi^h), phi in [0.8, 0.98]. */
export const dampedHolt = holtWith('damped_holt', 'damped');
