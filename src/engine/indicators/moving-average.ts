/** Moving averages: plain, exponential, Wilder's. The value of row t uses rows up to t; NaN inside a window gives NaN. */

/**
 * Mean of the last `window` values. The first `window - 1` are NaN.
 *
 * Each window is summed on its own, as differences from its first value: a constant gives itself exactly, and a value
 * never depends on what lay before its window, as a running sum's rounding would.
 */
export function simpleAverage(values: Float64Array, window: number): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN);
  for (let i = window - 1; i < values.length; i++) out[i] = windowMean(values, i, window);
  return out;
}

/** Mean of the `window` values that end at `end`. */
export function windowMean(values: Float64Array, end: number, window: number): number {
  const base = values[end - window + 1]!;
  let sum = 0;
  for (let j = end - window + 2; j <= end; j++) sum += values[j]! - base;
  return base + sum / window;
}

/**
 * EMA with alpha = 2 / (window + 1), seeded with the plain mean of the first `window` known values.
 * A missing value gives NaN and starts the seeding anew.
 */
export const exponentialAverage = (values: Float64Array, window: number): Float64Array =>
  smooth(values, window, 2 / (window + 1));

/** Wilder's average, alpha = 1 / window, seeded with the plain mean of the first `window` inputs. New Concepts in Technical Trading Systems (1978). */
export const wilderAverage = (values: Float64Array, window: number): Float64Array => smooth(values, window, 1 / window);

function smooth(values: Float64Array, window: number, alpha: number): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN);
  let seen = 0;
  let average = Number.NaN;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) {
      seen = 0;
      continue;
    }
    seen++;
    if (seen < window) continue;
    average = seen === window ? windowMean(values, i, window) : average + alpha * (value - average);
    out[i] = average;
  }
  return out;
}
