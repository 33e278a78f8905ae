/** The Theta method: simple smoothing with half the trend (Assimakopoulos & Nikolopoulos 2000), on the series without its season. */
import { fitSes } from '../exponential/ses.js';
import { defineForecaster } from '../forecaster.js';
import { fitLine } from '../line.js';
import {
  type FittedSeason,
  learnSeason,
  withoutSeason,
  withSeasonAfter,
  withSeasonWithin,
} from '../seasonal/adjusted.js';

export interface FittedTheta {
  readonly kind: 'theta';
  readonly season: FittedSeason | null;
  readonly alpha: number;
  readonly first: number;
  readonly level: number;
  /** Half the slope of the line through the series. */
  readonly drift: number;
  readonly observations: number;
}

/**
 * level[T] + drift (h - 1 + (1 - (1 - alpha)^T) / alpha): what the mean of the lines theta = 0 and theta = 2 comes to.
 * Hyndman & Billah, Unmasking the Theta method (2003).
 */
export const theta = defineForecaster<FittedTheta>({
  name: 'theta',
  defaults: { season: 1 },
  minimum: () => 1,
  learn(known, { season: period = 1 }) {
    const season = learnSeason(known, period);
    const adjusted = withoutSeason(known, season);
    const drift = fitLine(adjusted).slope / 2;
    return { kind: 'theta', season, ...fitSes(adjusted), drift, observations: known.length };
  },
  forecast({ season, alpha, level, drift, observations }, horizon) {
    const out = new Float64Array(horizon);
    const behind = catchUp(alpha, fadedAfter(alpha, observations));
    for (let h = 0; h < horizon; h++) out[h] = level + drift * (h + behind);
    return withSeasonAfter(out, season);
  },
  replay({ season, alpha, first, drift }, known) {
    const adjusted = withoutSeason(known, season);
    const out = new Float64Array(known.length);
    let [level, faded] = [first, 1];
    for (let t = 0; t < known.length; t++) {
      out[t] = level + drift * catchUp(alpha, faded);
      level += alpha * (adjusted[t] - level);
      faded *= 1 - alpha;
    }
    return withSeasonWithin(out, season);
  },
});

/** How many steps a smoothed level lags behind a line that it has followed since `faded` was 1. */
const catchUp = (alpha: number, faded: number): number => (1 - faded) / alpha;

/** (1 - alpha)^observations, multiplied one by one as `replay` does it, so that both give the same bits. */
function fadedAfter(alpha: number, observations: number): number {
  let faded = 1;
  for (let t = 0; t < observations && faded > 0; t++) faded *= 1 - alpha;
  return faded;
}
