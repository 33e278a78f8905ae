/** Statistics of the last `window` values of a column; NaN before the first full window and wherever a window holds a NaN. */
import { windowMean } from './moving-average.js';

/** Standard deviation with `window - freedom` in the denominator: 1 for a sample, 0 for a population. Two passes a window. */
export function rollingDeviation(values: Float64Array, window: number, freedom: 0 | 1): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN);
  if (window <= freedom) return out;
  for (let i = window - 1; i < values.length; i++) {
    const mean = windowMean(values, i, window);
    let squares = 0;
    for (let j = i - window + 1; j <= i; j++) squares += (values[j]! - mean) ** 2;
    out[i] = Math.sqrt(squares / (window - freedom));
  }
  return out;
}

export const rollingMax = (values: Float64Array, window: number): Float64Array =>
  rollingFold(values, window, -Infinity, Math.max);

export const rollingMin = (values: Float64Array, window: number): Float64Array =>
  rollingFold(values, window, Infinity, Math.min);

export const rollingSum = (values: Float64Array, window: number): Float64Array =>
  rollingFold(values, window, 0, (sum, value) => sum + value);

function rollingFold(
  values: Float64Array,
  window: number,
  start: number,
  fold: (sum: number, value: number) => number,
): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN);
  for (let i = window - 1; i < values.length; i++) {
    let result = start;
    for (let j = i - window + 1; j <= i; j++) result = fold(result, values[j]!);
    out[i] = result;
  }
  return out;
}

/** Distance from the mean of the last `window` values (this one included) in their sample deviations; NaN where they do not vary. */
export function rollingScore(values: Float64Array, window: number): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN);
  for (let i = window - 1; i < values.length; i++) {
    const mean = windowMean(values, i, window);
    let squares = 0;
    for (let j = i - window + 1; j <= i; j++) squares += (values[j]! - mean) ** 2;
    out[i] = squares > 0 ? (values[i]! - mean) / Math.sqrt(squares / (window - 1)) : Number.NaN;
  }
  return out;
}
