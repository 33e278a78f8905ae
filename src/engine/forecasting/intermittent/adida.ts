/** ADIDA: demand added up over buckets in which it is no longer intermittent, smoothed, and shared out again (Nikolopoulos et al. 2011). */
import { fitSes } from '../exponential/ses.js';
import { defineForecaster } from '../forecaster.js';
import { requireDemand } from './demand.js';

export interface FittedAdida {
  readonly kind: 'adida';
  /** Observations a bucket: the mean time between demands, rounded. */
  readonly bucket: number;
  /** Oldest observations that fill no bucket: left out. */
  readonly left: number;
  readonly alpha: number;
  readonly first: number;
  readonly level: number;
}

/** Sums of whole buckets; the last one ends with the series. */
function bucketSums(values: Float64Array, bucket: number, left: number): Float64Array {
  const sums = new Float64Array(Math.max(0, Math.floor((values.length - left) / bucket)));
  for (let b = 0; b < sums.length; b++) {
    for (let t = left + b * bucket; t < left + (b + 1) * bucket; t++) sums[b] += values[t];
  }
  return sums;
}

/** Observations up to the last demand over the number of demands, rounded; 1 where there is none. */
function meanInterval(values: Float64Array): number {
  const demands = values.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
  if (demands === 0) return 1;
  return Math.max(1, Math.floor((values.findLastIndex((value) => value !== 0) + 1) / demands + 0.5));
}

/** The smoothed sum of a bucket over its length, for every h; a series without any demand goes on at 0. */
export const adida = defineForecaster<FittedAdida>({
  name: 'adida',
  defaults: {},
  minimum: () => 1,
  learn(known) {
    requireDemand(known);
    const bucket = meanInterval(known);
    const left = known.length % bucket;
    return { kind: 'adida', bucket, left, ...fitSes(bucketSums(known, bucket, left)) };
  },
  forecast: ({ bucket, level }, horizon) => new Float64Array(horizon).fill(level / bucket),
  replay({ bucket, left, alpha, first }, known) {
    const out = new Float64Array(known.length).fill(NaN);
    const sums = bucketSums(known, bucket, left);
    let level = first;
    for (let t = left; t < known.length; t++) {
      const whole = Math.floor((t - left) / bucket);
      // A bucket counts once all of it lies in the past.
      if (whole > 0 && (t - left) % bucket === 0) level += alpha * (sums[whole - 1] - level);
      out[t] = level / bucket;
    }
    return out;
  },
});
