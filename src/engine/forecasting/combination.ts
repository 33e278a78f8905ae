/** Comb, the combination of the M competitions: the mean of simple, Holt's and damped smoothing on the series without its season. */
import { dampedHolt, type FittedTrend, holt } from './exponential/holt.js';
import { type FittedSes, ses } from './exponential/ses.js';
import { defineForecaster } from './forecaster.js';
import { adjusted } from './seasonal/adjusted.js';

export interface FittedThree {
  readonly ses: FittedSes;
  readonly holt: FittedTrend;
  readonly damped: FittedTrend;
}

const mean = (one: Float64Array, other: Float64Array, third: Float64Array): Float64Array =>
  one.map((value, i) => (value + other[i] + third[i]) / 3);

const three = defineForecaster<FittedThree>({
  name: 'comb',
  defaults: {},
  minimum: (params) => Math.max(holt.minimum(params), dampedHolt.minimum(params)),
  learn: (known) => ({ ses: ses.fit(known), holt: holt.fit(known), damped: dampedHolt.fit(known) }),
  forecast: (fitted, horizon) =>
    mean(
      ses.forecast(fitted.ses, horizon),
      holt.forecast(fitted.holt, horizon),
      dampedHolt.forecast(fitted.damped, horizon),
    ),
  replay: (fitted, known) =>
    mean(ses.replay(fitted.ses, known), holt.replay(fitted.holt, known), dampedHolt.replay(fitted.damped, known)),
});

export const comb = adjusted('comb', three);
