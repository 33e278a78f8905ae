/** How far forecasts were from what happened: absolute, relative to the level, and relative to a naive forecast. */
import { assert } from '#base/assert.js';
import { meanOf } from './moments.js';

/*
 * Rules of the file: actual and forecast are as long as each other, in the order of time. No rows, or any number that is not
 * finite, gives null: a mean over the days that happen to be known would be of other days than the caller named.
 */

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

function meanOfPairs(
  actual: ArrayLike<number>,
  forecast: ArrayLike<number>,
  term: (actual: number, forecast: number) => number,
): number | null {
  assert(actual.length === forecast.length, 'every actual has a forecast');
  if (actual.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < actual.length; i++) sum += term(actual[i]!, forecast[i]!);
  return finiteOrNull(sum / actual.length);
}

/** mean |A - F|. */
export const meanAbsoluteError = (actual: ArrayLike<number>, forecast: ArrayLike<number>): number | null =>
  meanOfPairs(actual, forecast, (a, f) => Math.abs(a - f));

/** sqrt(mean (A - F)^2). */
export function rootMeanSquaredError(actual: ArrayLike<number>, forecast: ArrayLike<number>): number | null {
  const mean = meanOfPairs(actual, forecast, (a, f) => (a - f) * (a - f));
  return mean === null ? null : Math.sqrt(mean);
}

/** 100 * mean(2 |A - F| / (|A| + |F|)), from 0 to 200; a pair of zeros counts as 0. Makridakis (1993), as M3 and M4 use it. */
export const symmetricPercentageError = (actual: ArrayLike<number>, forecast: ArrayLike<number>): number | null =>
  meanOfPairs(actual, forecast, (a, f) =>
    a === 0 && f === 0 ? 0 : (200 * Math.abs(a - f)) / (Math.abs(a) + Math.abs(f)),
  );

/** 100 * sum |A - F| / sum |A|; null when nothing was sold. */
export function weightedPercentageError(actual: ArrayLike<number>, forecast: ArrayLike<number>): number | null {
  const error = meanAbsoluteError(actual, forecast);
  const level = meanOfPairs(actual, actual, (a) => Math.abs(a));
  return error === null || level === null || level === 0 ? null : finiteOrNull((100 * error) / level);
}

/** mean(A - F): above zero the forecasts were too low. */
export const forecastBias = (actual: ArrayLike<number>, forecast: ArrayLike<number>): number | null =>
  meanOfPairs(actual, forecast, (a, f) => a - f);

/** Mean of level * (A - Q) above the quantile forecast Q and (1 - level) * (Q - A) below it. Koenker & Bassett (1978). */
export function pinballLoss(actual: ArrayLike<number>, quantile: ArrayLike<number>, level: number): number | null {
  assert(level > 0 && level < 1, 'a quantile level lies between 0 and 1');
  return meanOfPairs(actual, quantile, (a, q) => (a >= q ? level * (a - q) : (1 - level) * (q - a)));
}

/** Share of actuals within [lower, upper], both included. */
export function intervalCoverage(
  actual: ArrayLike<number>,
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
): number | null {
  assert(actual.length === lower.length && actual.length === upper.length, 'every actual has an interval');
  if (actual.length === 0) return null;
  let inside = 0;
  for (let i = 0; i < actual.length; i++) {
    if (Number.isNaN(actual[i]! + lower[i]! - upper[i]!)) return null;
    if (actual[i]! >= lower[i]! && actual[i]! <= upper[i]!) inside++;
  }
  return inside / actual.length;
}

/** Mean error of the seasonal naive forecast within the training part; null when it is not longer than a season. */
function naiveScale(train: ArrayLike<number>, season: number, term: (change: number) => number): number | null {
  assert(Number.isInteger(season) && season >= 1, 'a season is at least one period');
  if (train.length <= season) return null;
  let sum = 0;
  for (let i = season; i < train.length; i++) sum += term(train[i]! - train[i - season]!);
  return finiteOrNull(sum / (train.length - season));
}

/** mean |A - F| in units of the seasonal naive's error on the training part; null where that never erred. Hyndman & Koehler (2006). */
export function meanAbsoluteScaledError(
  actual: ArrayLike<number>,
  forecast: ArrayLike<number>,
  train: ArrayLike<number>,
  season: number,
): number | null {
  const error = meanAbsoluteError(actual, forecast);
  const scale = naiveScale(train, season, Math.abs);
  return error === null || scale === null || scale === 0 ? null : finiteOrNull(error / scale);
}

/** sqrt(mean (A - F)^2 / mean squared error of the seasonal naive on the training part); M5 scores it with season 1. */
export function rootMeanSquaredScaledError(
  actual: ArrayLike<number>,
  forecast: ArrayLike<number>,
  train: ArrayLike<number>,
  season: number,
): number | null {
  const error = meanOfPairs(actual, forecast, (a, f) => (a - f) * (a - f));
  const scale = naiveScale(train, season, (change) => change * change);
  return error === null || scale === null || scale === 0 ? null : finiteOrNull(Math.sqrt(error / scale));
}

export interface ScaledScores {
  readonly mase: number;
  readonly smape: number;
}

/** (MASE / MASE of Naive2 + sMAPE / sMAPE of Naive2) / 2, from means over all series (M4); null where the reference is perfect. */
export function overallWeightedAverage(scores: ScaledScores, naive2: ScaledScores): number | null {
  if (naive2.mase === 0 || naive2.smape === 0) return null;
  return finiteOrNull((scores.mase / naive2.mase + scores.smape / naive2.smape) / 2);
}

export interface ForecastMetrics {
  readonly mae: number | null;
  readonly rmse: number | null;
  readonly smape: number | null;
  readonly wape: number | null;
  readonly bias: number | null;
}

export const forecastMetrics = (actual: ArrayLike<number>, forecast: ArrayLike<number>): ForecastMetrics => ({
  mae: meanAbsoluteError(actual, forecast),
  rmse: rootMeanSquaredError(actual, forecast),
  smape: symmetricPercentageError(actual, forecast),
  wape: weightedPercentageError(actual, forecast),
  bias: forecastBias(actual, forecast),
});

const known = (values: readonly (number | null)[]) =>
  values.filter((value): value is number => value !== null && Number.isFinite(value));

/** Plain mean over folds, not weighted by their size; folds without a value are skipped, null when none has one. */
export const meanOverFolds = (values: readonly (number | null)[]): number | null => meanOf(known(values));

/** How much a metric moves between folds: 100 * population deviation / |mean|; null below two folds with a value, or mean 0. */
export function stabilityIndex(values: readonly (number | null)[]): number | null {
  const finite = known(values);
  const mean = meanOf(finite);
  if (finite.length < 2 || mean === null || mean === 0) return null;
  let squares = 0;
  for (const value of finite) squares += (value - mean) * (value - mean);
  return finiteOrNull((100 * Math.sqrt(squares / finite.length)) / Math.abs(mean));
}

/** How much lower the main model's error is than a baseline's, in percent of it; null where the baseline is 0 or unknown. */
export function improvementPercent(main: number | null, baseline: number | null): number | null {
  if (main === null || baseline === null || baseline === 0) return null;
  return finiteOrNull((100 * (baseline - main)) / baseline);
}
