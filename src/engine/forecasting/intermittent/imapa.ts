/** IMAPA: the mean of ADIDA over all widths of a bucket up to the mean time between demands (Petropoulos & Kourentzes 2015). */
import { defineForecaster } from '../forecaster.js';
import { type FittedBuckets, fitBuckets, meanInterval, replayBuckets, shareOf } from './buckets.js';
import { requireDemand } from './demand.js';

export interface FittedImapa {
  readonly kind: 'imapa';
  /** One a width, from 1 on. */
  readonly widths: readonly FittedBuckets[];
}

/** For every h the same; a series without any demand goes on at 0. */
export const imapa = defineForecaster<FittedImapa>({
  name: 'imapa',
  defaults: {},
  minimum: () => 1,
  learn(known) {
    requireDemand(known);
    const widths = Array.from({ length: meanInterval(known) }, (_, i) => fitBuckets(known, i + 1));
    return { kind: 'imapa', widths };
  },
  forecast: ({ widths }, horizon) =>
    new Float64Array(horizon).fill(widths.reduce((sum, one) => sum + shareOf(one), 0) / widths.length),
  replay({ widths }, known) {
    const out = new Float64Array(known.length);
    for (const one of widths) {
      const steps = replayBuckets(one, known);
      for (let t = 0; t < out.length; t++) out[t] += steps[t] / widths.length;
    }
    return out;
  },
});
