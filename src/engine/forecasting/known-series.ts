/** The door of the room: what a series may hold, and what a missing observation stands for. */
import { errors } from '#base/errors.js';

export interface KnownSeries {
  /** Without gaps; shares the caller's memory when nothing had to be filled. */
  readonly known: Float64Array;
  /** Leading observations that nobody knows: left out. */
  readonly skipped: number;
}

/** Squares and sums of squares of anything up to this stay finite. */
export const VALUE_MAX = 1e100;

/**
 * A missing observation (NaN) stands for the last known one: nothing after it is looked at, so the same rule holds in a backtest.
 *
 * Throws `series_unusable` for infinities and sizes beyond 1e100; a series of which nothing is known comes out empty.
 */
export function knownSeries(values: Float64Array): KnownSeries {
  let missing = 0;
  for (let t = 0; t < values.length; t++) {
    const value = values[t];
    if (value >= -VALUE_MAX && value <= VALUE_MAX) continue;
    if (!Number.isNaN(value)) throw errors.seriesUnusable(t, `${value} is too large to be squared`);
    missing++;
  }
  if (missing === 0) return { known: values, skipped: 0 };
  let skipped = 0;
  while (skipped < values.length && Number.isNaN(values[skipped])) skipped++;
  const known = values.slice(skipped);
  for (let t = 1; t < known.length; t++) if (Number.isNaN(known[t])) known[t] = known[t - 1];
  return { known, skipped };
}
