/** A series as a regression sees it: each observation beside the ones some steps before it. */
import type { Matrix } from '../../frame/matrix.js';

/** Rows of the observations from `max(lags)` on, in columns `lag_{k}`: row i speaks of observation `max(lags) + i`. */
export function lagRows(values: Float64Array, lags: readonly number[]): Matrix {
  const first = Math.max(...lags);
  const rows = Math.max(0, values.length - first);
  return {
    rows,
    names: lags.map((lag) => `lag_${lag}`),
    columns: lags.map((lag) => values.slice(first - lag, first - lag + rows)),
  };
}

/**
 * Forecasts step by step, each step's forecast standing for an observation in the steps after it (the recursive strategy).
 *
 * `tail` holds the last `max(lags)` observations, oldest first.
 */
export function goOn(
  tail: ArrayLike<number>,
  lags: readonly number[],
  horizon: number,
  predict: (row: Matrix) => Float64Array,
): Float64Array {
  const past = tail.length;
  const values = new Float64Array(past + horizon);
  values.set(Array.from(tail));
  const columns = lags.map(() => new Float64Array(1));
  const row = { rows: 1, names: lags.map((lag) => `lag_${lag}`), columns };
  for (let h = 0; h < horizon; h++) {
    for (const [j, lag] of lags.entries()) columns[j][0] = values[past + h - lag];
    values[past + h] = predict(row)[0];
  }
  return values.slice(past);
}

/** Predictions for the observations that have all lags, NaN before. */
export function replayLags(
  values: Float64Array,
  lags: readonly number[],
  predict: (rows: Matrix) => Float64Array,
): Float64Array {
  const out = new Float64Array(values.length).fill(NaN);
  const rows = lagRows(values, lags);
  if (rows.rows > 0) out.set(predict(rows), values.length - rows.rows);
  return out;
}

/** Rows needed beyond the longest lag: fewer say nothing about a slope. */
const ROWS_MIN = 10;

export const minimumOfLags = (lags: readonly number[]): number => Math.max(...lags) + ROWS_MIN;
