/** Changes of a column over some rows: absolute and relative. */

/** x_t - x_(t - lag); the first `lag` rows are NaN. */
export function difference(values: Float64Array, lag = 1): Float64Array {
  return values.map((value, i) => (i < lag ? Number.NaN : value - values[i - lag]!));
}

/** x_t / x_(t - lag) - 1; NaN in the first `lag` rows and where the earlier value is zero. */
export function relativeChange(values: Float64Array, lag = 1): Float64Array {
  return values.map((value, i) => (i < lag || values[i - lag] === 0 ? Number.NaN : value / values[i - lag]! - 1));
}

/** a / b row by row; NaN where b is zero. */
export function ratio(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => (b[i] === 0 ? Number.NaN : value / b[i]!));
}
