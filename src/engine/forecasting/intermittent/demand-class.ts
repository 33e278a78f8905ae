/** What kind of demand a series is: how often it comes, and how even it is when it does (Syntetos, Boylan & Croston 2005). */
import { assert } from '#base/assert.js';

export type DemandClass = 'smooth' | 'intermittent' | 'erratic' | 'lumpy';

export interface DemandShape {
  /** Mean time between demands: observations over demands; null without any demand. */
  readonly interval: number | null;
  /** Squared coefficient of variation of the sizes that are not zero (n - 1 below; 0 for a single one); null without any demand. */
  readonly variation: number | null;
  /** Null without any demand. */
  readonly kind: DemandClass | null;
}

/** From here on Croston's kind of forecast errs less than smoothing, for even and for uneven sizes. */
const INTERVAL_CUT = 1.32;
const VARIATION_CUT = 0.49;

/** NaN is "not known" and is left out; values are not below zero. */
export function classifyDemand(values: ArrayLike<number>): DemandShape {
  let [known, demands, sum] = [0, 0, 0];
  for (let t = 0; t < values.length; t++) {
    const value = values[t];
    if (Number.isNaN(value)) continue;
    assert(value >= 0, 'demand is not below zero');
    known++;
    if (value === 0) continue;
    demands++;
    sum += value;
  }
  if (demands === 0) return { interval: null, variation: null, kind: null };
  const mean = sum / demands;
  let squares = 0;
  for (let t = 0; t < values.length; t++) if (values[t] > 0) squares += (values[t] - mean) * (values[t] - mean);
  const interval = known / demands;
  const variation = demands === 1 ? 0 : squares / (demands - 1) / (mean * mean);
  const isRare = interval >= INTERVAL_CUT;
  const isUneven = variation >= VARIATION_CUT;
  const kind = isRare ? (isUneven ? 'lumpy' : 'intermittent') : isUneven ? 'erratic' : 'smooth';
  return { interval, variation, kind };
}
