/** All forecasters of one series, once: names on the wire, defaults, benches and the contract test come from this list. */
import { errors } from '#base/errors.js';
import { comb } from './combination.js';
import { ets } from './exponential/ets.js';
import { dampedHolt, holt } from './exponential/holt.js';
import { holtWinters } from './exponential/holt-winters.js';
import { ses } from './exponential/ses.js';
import type { Forecaster } from './forecaster.js';
import { adida } from './intermittent/adida.js';
import { croston, sba } from './intermittent/croston.js';
import { imapa } from './intermittent/imapa.js';
import { tsb } from './intermittent/tsb.js';
import { boostedOnLags } from './lags/boosted-on-lags.js';
import { ridgeOnLags } from './lags/ridge-on-lags.js';
import { drift, mean, movingAverage, naive, seasonalNaive } from './naive.js';
import { adjusted } from './seasonal/adjusted.js';
import { optimisedTheta } from './theta/optimised-theta.js';
import { theta } from './theta/theta.js';

/** Naive2 of the M competitions: the last value without its season, and the season put back. */
const naive2 = adjusted('naive2', naive);

/** SINGLE, HOLT and DAMPEN of the M competitions. */
const adjustedSes = adjusted('adjusted_ses', ses);
const adjustedHolt = adjusted('adjusted_holt', holt);
const adjustedDampedHolt = adjusted('adjusted_damped_holt', dampedHolt);

const ALL = [
  naive,
  seasonalNaive,
  movingAverage,
  mean,
  drift,
  naive2,
  ses,
  adjustedSes,
  holt,
  adjustedHolt,
  dampedHolt,
  adjustedDampedHolt,
  holtWinters,
  comb,
  theta,
  optimisedTheta,
  ets,
  croston,
  sba,
  tsb,
  adida,
  imapa,
  ridgeOnLags,
  boostedOnLags,
] as const;

/** What any of them has learnt; each reads back only what it wrote itself. */
export type FittedForecaster = ReturnType<(typeof ALL)[number]['fit']>;

export const FORECASTERS = ALL as readonly Forecaster<FittedForecaster>[];

/** The forecaster of that name; throws `forecasterUnknown`. */
export function forecasterOf(name: string): Forecaster<FittedForecaster> {
  const found = FORECASTERS.find((one) => one.name === name);
  if (found === undefined)
    throw errors.forecasterUnknown(
      name,
      FORECASTERS.map((one) => one.name),
    );
  return found;
}
