/** Classical decomposition: a moving average as trend, and one figure for each place in the season. */
import { assert } from '#base/assert.js';

export type SeasonKind = 'additive' | 'multiplicative';

export interface Decomposition {
  readonly kind: SeasonKind;
  /** The figure of each place in the season, the first observation's first; they sum to 0, or average 1. */
  readonly figures: Float64Array;
}

/**
 * Centred moving average of one season (its two ends halved when the season is even), then the mean of what is left at each place.
 *
 * Persons (1919), as the M competitions and R's `decompose` have it. Needs two whole seasons. A multiplicative figure is NaN or
 * infinite where the trend passes through zero: whoever divides by it must look.
 */
export function decompose(values: Float64Array, period: number, kind: SeasonKind): Decomposition {
  assert(period >= 2 && values.length >= 2 * period, 'a decomposition needs two seasons');
  const half = Math.floor(period / 2);
  const sums = new Float64Array(period);
  const counts = new Int32Array(period);
  for (let t = half; t + half < values.length; t++) {
    const trend = centredMean(values, t, period);
    const place = t % period;
    sums[place] += kind === 'additive' ? values[t] - trend : values[t] / trend;
    counts[place]++;
  }
  const figures = sums.map((sum, place) => sum / counts[place]);
  let total = 0;
  for (const figure of figures) total += figure;
  const mean = total / period;
  return { kind, figures: figures.map((figure) => (kind === 'additive' ? figure - mean : figure / mean)) };
}

function centredMean(values: Float64Array, t: number, period: number): number {
  const half = Math.floor(period / 2);
  const isEven = period % 2 === 0;
  let sum = isEven ? 0.5 * (values[t - half] + values[t + half]) : 0;
  const reach = isEven ? half - 1 : half;
  for (let i = t - reach; i <= t + reach; i++) sum += values[i];
  return sum / period;
}

/** The series without its season. */
export function takeSeasonOut(values: Float64Array, { kind, figures }: Decomposition): Float64Array {
  const period = figures.length;
  return values.map((value, t) => (kind === 'additive' ? value - figures[t % period] : value / figures[t % period]));
}

/** Puts the season back into values that begin `from` observations after the first. */
export function putSeasonBack(values: Float64Array, { kind, figures }: Decomposition, from: number): Float64Array {
  const period = figures.length;
  return values.map((value, i) => {
    const figure = figures[(from + i) % period];
    return kind === 'additive' ? value + figure : value * figure;
  });
}
