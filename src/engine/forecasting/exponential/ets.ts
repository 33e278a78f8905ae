/** Exponential smoothing that chooses its own error, trend and season by AICc (Hyndman et al. 2002; 2008, chapter 7). */
import { defineForecaster, type ForecastParams } from '../forecaster.js';
import { canFit, type FittedSmoothing, fitSmoothing } from './fit.js';
import { pointSize, type SmoothingModel } from './recursion.js';
import { forecastSmoothing, replaySmoothing } from './replay.js';
import { fitSes, replaySes } from './ses.js';

export interface FittedEts {
  readonly kind: 'ets';
  /** Null for series too short for any model: then `level` goes on, by simple smoothing. */
  readonly smoothing: FittedSmoothing | null;
  /** Of the model chosen; null with `smoothing`. */
  readonly aicc: number | null;
  readonly alpha: number;
  readonly first: number;
  readonly level: number;
}

/** Figures of a longer season would be more than a search can find. */
const PERIOD_MAX = 24;

/**
 * The models tried, simplest first.
 *
 * Not: additive errors with a multiplying season (unstable), multiplicative trends (they run away), anything relative where a value is
 * zero or below, a season that is too long or not there twice, and whatever has more parameters than the series can tell.
 */
export function candidateModels(values: Float64Array, { season = 1 }: ForecastParams): SmoothingModel[] {
  const isPositive = values.every((value) => value > 0);
  const hasSeason = season > 1 && season <= PERIOD_MAX && values.length >= 2 * season;
  const models: SmoothingModel[] = [];
  for (const kind of ['none', 'additive', 'multiplicative'] as const) {
    if (kind !== 'none' && !hasSeason) continue;
    for (const trend of ['none', 'additive', 'damped'] as const) {
      for (const error of ['additive', 'multiplicative'] as const) {
        if (error === 'multiplicative' && !isPositive) continue;
        if (error === 'additive' && kind === 'multiplicative') continue;
        models.push({ error, trend, season: kind, period: kind === 'none' ? 1 : season });
      }
    }
  }
  return models.filter((model) => canFit(values.length, model) && freedom(values.length, model) > 0);
}

/** Parameters: those of the point searched for, and the variance of the errors. */
const parametersOf = (model: SmoothingModel): number => pointSize(model) + 1;

const freedom = (rows: number, model: SmoothingModel): number => rows - parametersOf(model) - 1;

/** Akaike's criterion with the correction for short series (Hurvich & Tsai 1989), but for the same constant in all models. */
function correctedAkaike({ deviance, observations, model }: FittedSmoothing): number {
  const count = parametersOf(model);
  return deviance + 2 * count + (2 * count * (count + 1)) / freedom(observations, model);
}

/** The fit with the lowest AICc; of equal ones the simpler. Undefined where no model can be fitted. */
function selectSmoothing(values: Float64Array, params: ForecastParams): FittedSmoothing | undefined {
  let best: FittedSmoothing | undefined;
  let lowest = Infinity;
  for (const model of candidateModels(values, params)) {
    const fitted = fitSmoothing(values, model, 'likelihood');
    if (fitted === undefined) continue;
    const criterion = correctedAkaike(fitted);
    if (criterion < lowest) [best, lowest] = [fitted, criterion];
  }
  return best;
}

export const ets = defineForecaster<FittedEts>({
  name: 'ets',
  defaults: { season: 1 },
  minimum: () => 1,
  learn(known, params) {
    const smoothing = selectSmoothing(known, params);
    if (smoothing === undefined) return { kind: 'ets', smoothing: null, aicc: null, ...fitSes(known) };
    const { weights, first, last } = smoothing;
    return {
      kind: 'ets',
      smoothing,
      aicc: correctedAkaike(smoothing),
      alpha: weights.alpha,
      first: first.level,
      level: last.level,
    };
  },
  forecast: ({ smoothing, level }, horizon) =>
    smoothing === null ? new Float64Array(horizon).fill(level) : forecastSmoothing(smoothing, horizon),
  replay: ({ smoothing, alpha, first }, known) =>
    smoothing === null ? replaySes(known, alpha, first) : replaySmoothing(smoothing, known),
});
