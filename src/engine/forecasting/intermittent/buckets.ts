/** Demand added up over buckets of several observations, and smoothed: in wide enough ones it is no longer intermittent. */
import { fitSes } from '../exponential/ses.js';

export interface FittedBuckets {
  /** Observations a bucket. */
  readonly bucket: number;
  /** Oldest observations that fill no bucket: left out. */
  readonly left: number;
  readonly alpha: number;
  readonly first: number;
  readonly level: number;
}

/** Sums of whole buckets; the last one ends with the series of the fit. */
function bucketSums(values: Float64Array, bucket: number, left: number): Float64Array {
  const sums = new Float64Array(Math.max(0, Math.floor((values.length - left) / bucket)));
  for (let b = 0; b < sums.length; b++) {
    for (let t = left + b * bucket; t < left + (b + 1) * bucket; t++) sums[b] += values[t];
  }
  return sums;
}

/** Observations up to the last demand over the number of demands, rounded; 1 where there is none. */
export function meanInterval(values: Float64Array): number {
  const demands = values.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
  if (demands === 0) return 1;
  return Math.max(1, Math.floor((values.findLastIndex((value) => value !== 0) + 1) / demands + 0.5));
}

/** Needs as many observations as a bucket has. */
export function fitBuckets(values: Float64Array, bucket: number): FittedBuckets {
  const left = values.length % bucket;
  return { bucket, left, ...fitSes(bucketSums(values, bucket, left)) };
}

/** What a bucket is expected to hold, shared out evenly over its observations. */
export const shareOf = ({ level, bucket }: FittedBuckets): number => level / bucket;

/** NaN before the first observation of the first whole bucket. */
export function replayBuckets({ bucket, left, alpha, first }: FittedBuckets, values: Float64Array): Float64Array {
  const out = new Float64Array(values.length).fill(NaN);
  const sums = bucketSums(values, bucket, left);
  let level = first;
  for (let t = left; t < values.length; t++) {
    const whole = Math.floor((t - left) / bucket);
    // A bucket counts once all of it lies in the past.
    if (whole > 0 && (t - left) % bucket === 0) level += alpha * (sums[whole - 1] - level);
    out[t] = level / bucket;
  }
  return out;
}
