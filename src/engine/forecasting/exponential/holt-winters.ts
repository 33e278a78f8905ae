/** Holt-Winters: level, trend and season, which adds or multiplies (Winters 1960). */
import { errors } from '#base/errors.js';
import { defineForecaster, type ForecastParams } from '../forecaster.js';
import { canFit, type FittedSmoothing, fitSmoothing } from './fit.js';
import type { SmoothingModel } from './recursion.js';
import { forecastSmoothing, replaySmoothing } from './replay.js';

export interface FittedHoltWinters {
  readonly kind: 'holt_winters';
  readonly smoothing: FittedSmoothing;
}

const modelOf = ({ season = 1, seasonKind = 'additive' }: ForecastParams): SmoothingModel => ({
  error: 'additive',
  trend: 'additive',
  season: season === 1 ? 'none' : seasonKind,
  period: season,
});

/**
 * Weights and first states make the squared one-step errors small. With season 1 it is Holt's method.
 *
 * A multiplying season needs values above zero: `series_unusable` names the first that is not.
 */
export const holtWinters = defineForecaster<FittedHoltWinters>({
  name: 'holt_winters',
  defaults: { season: 7, seasonKind: 'additive' },
  minimum(params) {
    const model = modelOf(params);
    let rows = 2 * model.period;
    while (!canFit(rows, model)) rows++;
    return rows;
  },
  learn(known, params) {
    const model = modelOf(params);
    if (model.season === 'multiplicative') {
      const at = known.findIndex((value) => value <= 0);
      if (at >= 0) throw errors.seriesUnusable(at, 'a season that multiplies needs values above zero; let it add');
    }
    const smoothing = fitSmoothing(known, model, 'squares');
    if (smoothing === undefined) throw errors.seriesUnusable(0, 'its season has no usable figures; let it add');
    return { kind: 'holt_winters', smoothing };
  },
  forecast: ({ smoothing }, horizon) => forecastSmoothing(smoothing, horizon),
  replay: ({ smoothing }, known) => replaySmoothing(smoothing, known),
});
