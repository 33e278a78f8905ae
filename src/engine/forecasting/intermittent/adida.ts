/** ADIDA: demand added up over the mean time between demands, smoothed, and shared out again (Nikolopoulos et al. 2011). */
import { defineForecaster } from '../forecaster.js';
import { type FittedBuckets, fitBuckets, meanInterval, replayBuckets, shareOf } from './buckets.js';
import { requireDemand } from './demand.js';

export interface FittedAdida {
  readonly kind: 'adida';
  readonly buckets: FittedBuckets;
}

/** The smoothed sum of a bucket over its length, for every h; a series without any demand goes on at 0. */
export const adida = defineForecaster<FittedAdida>({
  name: 'adida',
  defaults: {},
  minimum: () => 1,
  learn(known) {
    requireDemand(known);
    return { kind: 'adida', buckets: fitBuckets(known, meanInterval(known)) };
  },
  forecast: ({ buckets }, horizon) => new Float64Array(horizon).fill(shareOf(buckets)),
  replay: ({ buckets }, known) => replayBuckets(buckets, known),
});
