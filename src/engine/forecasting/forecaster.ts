/** What every forecaster is: fit learns plain data from one series, forecast goes on from its end. */
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import type { Rng } from '#base/rng.js';
import { createRng } from '../random/xoshiro128.js';
import { knownSeries } from './known-series.js';

/** Settings of all forecasters in one bag; each reads its own and ignores the rest. */
export interface ForecastParams {
  /** Observations a season; 1 means none. */
  readonly season?: number;
  /** How the season of Holt-Winters acts. */
  readonly seasonKind?: 'additive' | 'multiplicative';
  /** Observations that a moving average takes. */
  readonly window?: number;
  /** Smoothing weight of Croston, SBA and of TSB's demand sizes. */
  readonly alpha?: number;
  /** Smoothing weight of TSB's probability of demand. */
  readonly beta?: number;
  /** Which earlier observations a regression sees. */
  readonly lags?: readonly number[];
  /** Penalty of the ridge on lags. */
  readonly l2?: number;
  /** Of the boosted regression on lags. */
  readonly rounds?: number;
  readonly learningRate?: number;
  readonly maxDepth?: number;
  readonly maxLeaves?: number;
  readonly minRowsLeaf?: number;
}

/**
 * One way to go on from a series.
 *
 * Values stand in the order of time, equally spaced; NaN is "not known" and stands for the last value before it (leading ones are left
 * out). `fit` throws `series_unusable` for infinite values and for numbers beyond 1e100, `insufficient_data` for series shorter than
 * `minimum`. A series too short for its season is refused by those that are nothing without one (seasonal naive, Holt-Winters); the
 * others go on without it. No result holds a NaN that is not announced here.
 */
export interface Forecaster<Fitted> {
  readonly name: string;
  readonly defaults: ForecastParams;
  /** Known observations needed. */
  minimum(params: ForecastParams): number;
  /** Plain data that survives JSON. `rng` is used only by forecasters that draw; without one a fixed seed is taken. */
  fit(values: Float64Array, params?: ForecastParams, rng?: Rng): Fitted;
  /** Points for 1..horizon steps after the last observation given to `fit`; throws `forecast_diverged` where they leave the doubles. */
  forecast(fitted: Fitted, horizon: number): Float64Array;
  /**
   * One-step forecasts of a series' observations, what was learnt held fixed: place t is made from values before t only.
   *
   * NaN where there is too little before t. On the series of `fit` these are the fitted values; what remains are its residuals.
   */
  replay(fitted: Fitted, values: Float64Array): Float64Array;
}

/** What a file of this room writes; the door (bad input, shortness, divergence) is added here once. */
export interface ForecasterCore<Fitted> {
  readonly name: string;
  readonly defaults: ForecastParams;
  minimum(params: ForecastParams): number;
  learn(known: Float64Array, params: ForecastParams, rng: Rng): Fitted;
  forecast(fitted: Fitted, horizon: number): Float64Array;
  replay(fitted: Fitted, known: Float64Array): Float64Array;
}

const HORIZON_MAX = 100_000;

export function defineForecaster<Fitted>(core: ForecasterCore<Fitted>): Forecaster<Fitted> {
  const { name, defaults } = core;
  return {
    name,
    defaults,
    minimum: (params) => core.minimum({ ...defaults, ...params }),
    fit(values, given = {}, rng = createRng(1)) {
      const params = { ...defaults, ...given };
      checkParams(params);
      const { known } = knownSeries(values);
      const needed = core.minimum(params);
      if (known.length < needed) {
        throw errors.insufficientData(`Need at least ${needed} observations`, {
          forecaster: name,
          needed,
          rows: known.length,
        });
      }
      return core.learn(known, params, rng);
    },
    forecast(fitted, horizon) {
      assert(Number.isInteger(horizon) && horizon >= 1 && horizon <= HORIZON_MAX, 'a horizon is a count of steps');
      const points = core.forecast(fitted, horizon);
      for (let h = 0; h < horizon; h++) if (!Number.isFinite(points[h])) throw errors.forecastDiverged(name, h + 1);
      return points;
    },
    replay(fitted, values) {
      const { known, skipped } = knownSeries(values);
      const steps = core.replay(fitted, known);
      assert(steps.length === known.length, 'every known observation has its one-step forecast');
      if (skipped === 0) return steps;
      const out = new Float64Array(values.length).fill(NaN);
      out.set(steps, skipped);
      return out;
    },
  };
}

/** Ranges are the caller's affair (a surface says them in its own words); these are what arithmetic relies on. */
function checkParams({ season = 1, window = 1, alpha = 0.1, beta = 0.1, lags = [1] }: ForecastParams): void {
  assert(Number.isInteger(season) && season >= 1, 'a season is at least one observation');
  assert(Number.isInteger(window) && window >= 1, 'a window is at least one observation');
  for (const weight of [alpha, beta]) assert(weight > 0 && weight <= 1, 'a smoothing weight lies above 0 and up to 1');
  assert(lags.length > 0 && lags.every((lag) => Number.isInteger(lag) && lag >= 1), 'a lag is at least one step');
}

/** What the one-step forecasts missed: value minus forecast, NaN where either is not known. */
export const residualsOf = (values: Float64Array, replayed: Float64Array): Float64Array => {
  assert(values.length === replayed.length, 'every observation has its one-step forecast');
  return values.map((value, t) => value - replayed[t]);
};
