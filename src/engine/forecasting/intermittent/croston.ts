/** Croston's method and its unbiased sister SBA: the size of a demand over the time between two (Croston 1972). */
import { defineForecaster, type Forecaster } from '../forecaster.js';
import { requireDemand } from './demand.js';

export interface FittedCroston {
  readonly kind: 'croston' | 'sba';
  readonly alpha: number;
  /** Smoothed size of a demand and observations from one to the next; 0 and 1 where there never was one. */
  readonly size: number;
  readonly interval: number;
}

/**
 * Runs over a series. `onStep` hears size and interval as they were known before each observation.
 *
 * Both move only when there is a demand, and begin with the first: its size, and the observations up to it.
 */
function walk(values: Float64Array, alpha: number, onStep?: (t: number, size: number, interval: number) => void) {
  let [size, interval, since] = [0, 1, 0];
  let hasDemand = false;
  for (let t = 0; t < values.length; t++) {
    onStep?.(t, size, interval);
    since++;
    if (values[t] === 0) continue;
    size = hasDemand ? size + alpha * (values[t] - size) : values[t];
    interval = hasDemand ? interval + alpha * (since - interval) : since;
    hasDemand = true;
    since = 0;
  }
  return { size, interval };
}

/** Syntetos & Boylan (2005): the mean of a ratio is not the ratio of the means; 1 - alpha / 2 takes most of that out. */
const factorOf = (kind: FittedCroston['kind'], alpha: number): number => (kind === 'sba' ? 1 - alpha / 2 : 1);

const crostonWith = (kind: FittedCroston['kind']): Forecaster<FittedCroston> =>
  defineForecaster<FittedCroston>({
    name: kind,
    defaults: { alpha: 0.1 },
    minimum: () => 1,
    learn(known, { alpha = 0.1 }) {
      requireDemand(known);
      return { kind, alpha, ...walk(known, alpha) };
    },
    forecast: ({ alpha, size, interval }, horizon) =>
      new Float64Array(horizon).fill((factorOf(kind, alpha) * size) / interval),
    replay({ alpha }, known) {
      const out = new Float64Array(known.length).fill(NaN);
      walk(known, alpha, (t, size, interval) => {
        if (t > 0) out[t] = (factorOf(kind, alpha) * size) / interval;
      });
      return out;
    },
  });

/** size / interval for every h; a series without any demand goes on at 0. */
export const croston = crostonWith('croston');

/** (1 - alpha / 2) size / interval for every h. */
export const sba = crostonWith('sba');
