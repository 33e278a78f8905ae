/** The average that WMA and HMA share. */

/** Mean of the last `window` values with weights 1 (oldest) to `window` (newest); NaN before the first full window and where it holds a NaN. */
export function weightedAverage(values: Float64Array, window: number): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN);
  const total = (window * (window + 1)) / 2;
  for (let i = window - 1; i < values.length; i++) {
    // As differences from the newest value, so that a constant gives itself.
    const base = values[i]!;
    let sum = 0;
    for (let j = 1; j < window; j++) sum += j * (values[i - window + j]! - base);
    out[i] = base + sum / total;
  }
  return out;
}
