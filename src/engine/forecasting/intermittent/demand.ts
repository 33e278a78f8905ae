/** What the intermittent methods share: demand is never below zero. */
import { errors } from '#base/errors.js';

/** Throws `series_unusable` at the first value below zero: a return is no demand. */
export function requireDemand(values: Float64Array): void {
  const at = values.findIndex((value) => value < 0);
  if (at >= 0) throw errors.seriesUnusable(at, 'demand is below zero; take returns out first');
}
