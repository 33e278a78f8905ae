/** The forecasts that need no learning: the last value, the last season, the mean of a window, and a line through both ends. */
import { defineForecaster } from './forecaster.js';

export interface FittedNaive {
  readonly kind: 'naive';
  readonly last: number;
}

/** y[T] for every h. */
export const naive = defineForecaster<FittedNaive>({
  name: 'naive',
  defaults: {},
  minimum: () => 1,
  learn: (known) => ({ kind: 'naive', last: known[known.length - 1] }),
  forecast: ({ last }, horizon) => new Float64Array(horizon).fill(last),
  replay: (_, known) => shifted(known, 1),
});

export interface FittedSeasonalNaive {
  readonly kind: 'seasonal_naive';
  /** The last season, oldest first. */
  readonly season: readonly number[];
}

/** The last season again and again: y[T - m + 1 + ((h - 1) mod m)] (forecastlab 9.2). */
export const seasonalNaive = defineForecaster<FittedSeasonalNaive>({
  name: 'seasonal_naive',
  defaults: { season: 7 },
  minimum: ({ season = 1 }) => season,
  learn: (known, { season = 1 }) => ({ kind: 'seasonal_naive', season: Array.from(known.subarray(-season)) }),
  forecast({ season }, horizon) {
    const out = new Float64Array(horizon);
    for (let h = 0; h < horizon; h++) out[h] = season[h % season.length];
    return out;
  },
  replay: ({ season }, known) => shifted(known, season.length),
});

export interface FittedMovingAverage {
  readonly kind: 'moving_average';
  readonly window: number;
  readonly mean: number;
}

/** The mean of the last `window` values for every h, never of forecasts (forecastlab 9.2). */
export const movingAverage = defineForecaster<FittedMovingAverage>({
  name: 'moving_average',
  defaults: { window: 7 },
  minimum: ({ window = 1 }) => window,
  learn: (known, { window = 1 }) => ({
    kind: 'moving_average',
    window,
    mean: meanOf(known, known.length - window, known.length),
  }),
  forecast: ({ mean }, horizon) => new Float64Array(horizon).fill(mean),
  replay({ window }, known) {
    const out = new Float64Array(known.length).fill(NaN);
    // Summed afresh for each place: a running sum would carry the rounding of what left it.
    for (let t = window; t < known.length; t++) out[t] = meanOf(known, t - window, t);
    return out;
  },
});

export interface FittedMean {
  readonly kind: 'mean';
  readonly mean: number;
}

/** The mean of the whole series for every h. */
export const mean = defineForecaster<FittedMean>({
  name: 'mean',
  defaults: {},
  minimum: () => 1,
  learn: (known) => ({ kind: 'mean', mean: meanOf(known, 0, known.length) }),
  forecast: (fitted, horizon) => new Float64Array(horizon).fill(fitted.mean),
  replay(_, known) {
    const out = new Float64Array(known.length).fill(NaN);
    let sum = 0;
    for (let t = 1; t < known.length; t++) {
      sum += known[t - 1];
      out[t] = sum / t;
    }
    return out;
  },
});

export interface FittedDrift {
  readonly kind: 'drift';
  readonly last: number;
  readonly slope: number;
}

/** The last value, then on along the line from the first to the last: y[T] + h (y[T] - y[1]) / (T - 1). */
export const drift = defineForecaster<FittedDrift>({
  name: 'drift',
  defaults: {},
  minimum: () => 2,
  learn(known) {
    const last = known[known.length - 1];
    return { kind: 'drift', last, slope: (last - known[0]) / (known.length - 1) };
  },
  forecast: ({ last, slope }, horizon) => Float64Array.from({ length: horizon }, (_, h) => last + (h + 1) * slope),
  replay: ({ slope }, known) => shifted(known, 1).map((value) => value + slope),
});

function shifted(values: Float64Array, by: number): Float64Array {
  const out = new Float64Array(values.length).fill(NaN);
  for (let t = by; t < values.length; t++) out[t] = values[t - by];
  return out;
}

/** Oldest first, so that equal windows give equal bits. */
function meanOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let t = from; t < to; t++) sum += values[t];
  return sum / (to - from);
}
