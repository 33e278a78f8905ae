/** Theta with its coefficient learnt: how much of the trend goes on is fitted too (Fiorucci et al. 2016, OTM). */
import { WEIGHT_HIGH, WEIGHT_LOW } from '../exponential/start.js';
import { defineForecaster } from '../forecaster.js';
import { fitLine, type Line } from '../line.js';
import { searchInterval } from '../search/interval.js';
import {
  type FittedSeason,
  learnSeason,
  withoutSeason,
  withSeasonAfter,
  withSeasonWithin,
} from '../seasonal/adjusted.js';

export interface FittedOptimisedTheta {
  readonly kind: 'optimised_theta';
  readonly season: FittedSeason | null;
  readonly alpha: number;
  readonly first: number;
  readonly level: number;
  /** 1 - 1 / theta, from 0 (no trend) to just below 1 (all of it). */
  readonly share: number;
  readonly line: Line;
  /** (1 - alpha)^T. */
  readonly faded: number;
}

const LOOKS = 9;
const TOLERANCE = 1e-6;
/** Theta up to 1,000: beyond it nothing changes that could be seen. */
const SHARE_MAX = 0.999;

interface Start {
  readonly squares: number;
  readonly first: number;
  readonly share: number;
}

/**
 * One-step forecast of y[t + 1]: level[t] + share ((1 - alpha)^t a + (1 - (1 - alpha)^(t + 1)) / alpha b), a + b t the line through the series.
 *
 * Errors are linear in the first level and in the share, so for each alpha both are known by least squares (share held within
 * [0, 0.999]), and only alpha is searched for.
 */
export const optimisedTheta = defineForecaster<FittedOptimisedTheta>({
  name: 'optimised_theta',
  defaults: { season: 1 },
  minimum: () => 1,
  learn(known, { season: period = 1 }) {
    const season = learnSeason(known, period);
    const adjusted = withoutSeason(known, season);
    const line = fitLine(adjusted);
    const { x: alpha } = searchInterval({
      low: WEIGHT_LOW,
      high: WEIGHT_HIGH,
      looks: LOOKS,
      tolerance: TOLERANCE,
      objective: (weight) => bestStart(adjusted, weight, line).squares,
    });
    const { first, share } = bestStart(adjusted, alpha, line);
    let [level, faded] = [first, 1];
    for (let t = 0; t < adjusted.length; t++) {
      level += alpha * (adjusted[t] - level);
      faded *= 1 - alpha;
    }
    return { kind: 'optimised_theta', season, alpha, first, level, share, line, faded };
  },
  forecast({ season, alpha, level, share, line, faded }, horizon) {
    const out = new Float64Array(horizon);
    const now = line.level * faded + line.slope * ((1 - faded * (1 - alpha)) / alpha);
    for (let h = 0; h < horizon; h++) out[h] = level + share * (now + h * line.slope);
    return withSeasonAfter(out, season);
  },
  replay({ season, alpha, first, share, line }, known) {
    const adjusted = withoutSeason(known, season);
    const out = new Float64Array(known.length);
    let [level, faded] = [first, 1];
    for (let t = 0; t < known.length; t++) {
      out[t] = level + share * (line.level * faded + line.slope * ((1 - faded * (1 - alpha)) / alpha));
      level += alpha * (adjusted[t] - level);
      faded *= 1 - alpha;
    }
    return withSeasonWithin(out, season);
  },
});

/** With the first level at y[0] and no share the error is e[t]; it falls by d (1 - alpha)^t + share g[t]: two normal equations. */
function bestStart(values: Float64Array, alpha: number, line: Line): Start {
  const q = 1 - alpha;
  const base = values[0];
  let [level, faded] = [base, 1];
  let [ee, eq, eg, qq, qg, gg] = [0, 0, 0, 0, 0, 0];
  for (let t = 0; t < values.length; t++) {
    const error = values[t] - level;
    const trend = line.level * faded + line.slope * ((1 - faded * q) / alpha);
    ee += error * error;
    eq += error * faded;
    eg += error * trend;
    qq += faded * faded;
    qg += faded * trend;
    gg += trend * trend;
    level = q * level + alpha * values[t];
    faded *= q;
  }
  const determinant = qq * gg - qg * qg;
  const free = determinant > 1e-12 * qq * gg ? (eg * qq - eq * qg) / determinant : 0;
  const share = Math.min(SHARE_MAX, Math.max(0, free));
  const move = (eq - share * qg) / qq;
  const squares = ee - 2 * move * eq - 2 * share * eg + move * move * qq + 2 * move * share * qg + share * share * gg;
  return { squares, first: base + move, share };
}
