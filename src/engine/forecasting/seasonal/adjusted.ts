/** A forecaster of series without their season: taken out before, put back after, when the test says there is one. */
import { defineForecaster, type Forecaster } from '../forecaster.js';
import { type Decomposition, decompose, putSeasonBack, type SeasonKind, takeSeasonOut } from './decompose.js';
import { isSeasonal } from './seasonality.js';

export interface FittedSeason {
  readonly kind: SeasonKind;
  /** The first observation's figure first. */
  readonly figures: readonly number[];
  readonly observations: number;
}

/** A season that nearly vanishes somewhere cannot be divided by. */
const FIGURE_MIN = 1e-4;

/**
 * The season of a series, or null where the test finds none.
 *
 * It multiplies, as in the M competitions, unless a value is zero or below: then it adds.
 */
export function learnSeason(values: Float64Array, period: number): FittedSeason | null {
  if (!isSeasonal(values, period)) return null;
  const multiplies = values.every((value) => value > 0);
  const { kind, figures } = decompose(values, period, multiplies ? 'multiplicative' : 'additive');
  if (multiplies && figures.some((figure) => !(Math.abs(figure) >= FIGURE_MIN))) return null;
  return { kind, figures: Array.from(figures), observations: values.length };
}

export const withoutSeason = (values: Float64Array, season: FittedSeason | null): Float64Array =>
  season === null ? values : takeSeasonOut(values, decompositionOf(season));

/** Into values that follow the series from which the season was learnt. */
export const withSeasonAfter = (points: Float64Array, season: FittedSeason | null): Float64Array =>
  season === null ? points : putSeasonBack(points, decompositionOf(season), season.observations);

/** Into values that begin where the series did. */
export const withSeasonWithin = (steps: Float64Array, season: FittedSeason | null): Float64Array =>
  season === null ? steps : putSeasonBack(steps, decompositionOf(season), 0);

const decompositionOf = ({ kind, figures }: FittedSeason): Decomposition => ({
  kind,
  figures: Float64Array.from(figures),
});

export interface FittedAdjusted<Inner> {
  readonly kind: 'adjusted';
  readonly season: FittedSeason | null;
  readonly inner: Inner;
}

/** The same forecaster on seasonally adjusted values, under another name. */
export const adjusted = <Inner>(name: string, inner: Forecaster<Inner>): Forecaster<FittedAdjusted<Inner>> =>
  defineForecaster<FittedAdjusted<Inner>>({
    name,
    defaults: { season: 1, ...inner.defaults },
    minimum: (params) => inner.minimum(params),
    learn(known, params, rng) {
      const season = learnSeason(known, params.season ?? 1);
      return { kind: 'adjusted', season, inner: inner.fit(withoutSeason(known, season), params, rng) };
    },
    forecast: ({ season, inner: learnt }, horizon) => withSeasonAfter(inner.forecast(learnt, horizon), season),
    replay: ({ season, inner: learnt }, known) =>
      withSeasonWithin(inner.replay(learnt, withoutSeason(known, season)), season),
  });
