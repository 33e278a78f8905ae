/** Forecasts from several moments of a series' past, each learnt only from what stood before: what intervals are sized by. */
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import type { Forecaster, ForecastParams } from './forecaster.js';
import type { Origin } from './intervals/split-conformal.js';

export interface OriginPlan {
  readonly horizon: number;
  readonly origins: number;
  /** Observations from one origin to the next; as long as the horizon, no outcome is judged twice. */
  readonly step: number;
  readonly params?: ForecastParams;
}

/**
 * Oldest first; the last origin's outcomes end with the series. The forecaster learns anew at each, from all before it.
 *
 * Fewer origins where the series is short; `insufficient_data` where not even one leaves the forecaster its minimum.
 */
export function rollingOrigins<Fitted>(
  forecaster: Forecaster<Fitted>,
  values: Float64Array,
  { horizon, origins, step, params = {} }: OriginPlan,
): Origin[] {
  assert(
    [horizon, origins, step].every((count) => Number.isInteger(count) && count >= 1),
    'origins are counted',
  );
  const last = values.length - horizon;
  const first = Math.max(forecaster.minimum(params), last - (origins - 1) * step);
  if (last < first) {
    const needed = forecaster.minimum(params) + horizon;
    throw errors.insufficientData(`Need at least ${needed} observations to hold out ${horizon} of them`, {
      forecaster: forecaster.name,
      needed,
      rows: values.length,
    });
  }
  const count = Math.floor((last - first) / step) + 1;
  return Array.from({ length: count }, (_, i) => {
    const at = last - (count - 1 - i) * step;
    return {
      actual: values.slice(at, at + horizon),
      forecast: forecaster.forecast(forecaster.fit(values.subarray(0, at), params), horizon),
    };
  });
}
