/** Intervals around point forecasts, from the errors of forecasts made at earlier origins: one ruler for each step ahead. */
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import { conformalQuantile, scoresNeeded } from './conformal-quantile.js';

/** What forecasts from one origin were, and what came. Steps whose actual or forecast is not a finite number teach nothing. */
export interface Origin {
  readonly actual: ArrayLike<number>;
  readonly forecast: ArrayLike<number>;
  /**
   * What one unit of error means here, such as the mean absolute error of the naive forecast in training: it lets series of different
   * size share a ruler. 1 when not given.
   */
  readonly scale?: number;
}

/** Plain data that survives JSON. */
export interface ConformalRuler {
  /** Errors (actual - forecast) / scale of each step ahead, ascending; the first list is one step ahead. */
  readonly errors: readonly (readonly number[])[];
}

export interface IntervalOptions {
  /** Share of outcomes to cover, such as 0.8. */
  readonly level: number;
  /**
   * `symmetric`: point +- the size of error, right for errors of a symmetric shape and the narrower for it. `signed` (the default):
   * lower and upper error each miss half of the rest, right for sales, which cannot fall below zero.
   */
  readonly shape?: 'signed' | 'symmetric';
  readonly scale?: number;
  /** Bounds that the quantity itself cannot pass, such as 0 for sales. */
  readonly min?: number;
  readonly max?: number;
}

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** Learns the ruler; origins must be held out from whatever made the forecasts. Throws `insufficientData` where a step has no error at all. */
export function learnRuler(origins: readonly Origin[], horizon: number): ConformalRuler {
  assert(Number.isInteger(horizon) && horizon >= 1, 'a horizon is a whole number of steps');
  const steps = Array.from({ length: horizon }, (_, h) => origins.flatMap((origin) => errorAt(origin, h)));
  const empty = steps.findIndex((step) => step.length === 0);
  if (empty >= 0)
    throw errors.insufficientData(`no held-out error ${empty + 1} steps ahead to size an interval by`, {
      step: empty + 1,
      origins: origins.length,
    });
  return { errors: steps.map((step) => step.sort((a, b) => a - b)) };
}

function errorAt({ actual, forecast, scale = 1 }: Origin, h: number): number[] {
  assert(scale > 0, 'a scale is positive');
  const error = (actual[h]! - forecast[h]!) / scale;
  return Number.isFinite(error) ? [error] : [];
}

/**
 * One interval a point, the first one step ahead; points beyond the ruler's last step are measured with that step.
 *
 * An endpoint is infinite where there are too few errors to promise the level (`scoresNeeded`): an interval that claims less than it
 * says is worse than one that says it does not know.
 */
export function intervalsAround(
  points: ArrayLike<number>,
  ruler: ConformalRuler,
  options: IntervalOptions,
): Interval[] {
  const {
    level,
    shape = 'signed',
    scale = 1,
    min = Number.NEGATIVE_INFINITY,
    max = Number.POSITIVE_INFINITY,
  } = options;
  assert(level > 0 && level < 1, 'a level lies between 0 and 1');
  return Array.from({ length: points.length }, (_, h) => {
    const ascending = ruler.errors[Math.min(h, ruler.errors.length - 1)]!;
    const { lower, upper } = shape === 'signed' ? signedErrors(ascending, level) : symmetricErrors(ascending, level);
    const at = (error: number) => Math.min(max, Math.max(min, points[h]! + scale * error));
    return { lower: at(lower), upper: at(upper) };
  });
}

/** Errors needed in each step for an interval of that shape and level to be finite. */
export const errorsNeeded = ({ level, shape = 'signed' }: IntervalOptions): number =>
  scoresNeeded(shape === 'signed' ? (1 + level) / 2 : level);

function signedErrors(ascending: readonly number[], level: number): Interval {
  const tail = (1 + level) / 2;
  const mirrored = ascending.map((error) => -error).reverse();
  return { lower: -conformalQuantile(mirrored, tail), upper: conformalQuantile(ascending, tail) };
}

function symmetricErrors(ascending: readonly number[], level: number): Interval {
  const sizes = ascending.map(Math.abs).sort((a, b) => a - b);
  const size = conformalQuantile(sizes, level);
  return { lower: -size, upper: size };
}
