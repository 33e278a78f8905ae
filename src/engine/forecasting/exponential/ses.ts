/** Simple exponential smoothing, its weight and first level both fitted (Brown 1956). */
import { defineForecaster } from '../forecaster.js';
import { searchInterval } from '../search/interval.js';
import { WEIGHT_HIGH, WEIGHT_LOW } from './start.js';

export interface FittedSes {
  readonly kind: 'ses';
  readonly alpha: number;
  /** Before the first observation, and after the last. */
  readonly first: number;
  readonly level: number;
}

/** Points at which the squared error is looked at before the valley is searched: it may have several. */
const LOOKS = 9;
/** Far finer than any forecast can show: squared errors are flat around their minimum. */
const TOLERANCE = 1e-7;
/** Below this share the first level moves nothing any more. */
const FADED = 1e-20;

/**
 * level[t] = level[t - 1] + alpha (y[t] - level[t - 1]); the last level is the forecast for every h.
 *
 * Alpha in [0.0001, 0.9999] and the first level together make the squared one-step errors small. Errors are a straight line in the
 * first level, so for each alpha the best one is known in closed form, and only alpha is searched for.
 */
export function fitSes(values: Float64Array): Omit<FittedSes, 'kind'> {
  if (values.length === 1) return { alpha: WEIGHT_HIGH, first: values[0], level: values[0] };
  const search = { low: WEIGHT_LOW, high: WEIGHT_HIGH, looks: LOOKS, tolerance: TOLERANCE };
  const { x: alpha } = searchInterval({ ...search, objective: (weight) => smooth(values, weight, SQUARES) });
  const first = smooth(values, alpha, FIRST);
  return { alpha, first, level: levelAfter(values, alpha, first) };
}

const SQUARES = 0;
const FIRST = 1;

/**
 * The smallest sum of squared errors that a weight allows, or the first level that reaches it.
 *
 * With the first level at y[0] the error at t is e[t]; moved by d it is e[t] - d (1 - alpha)^t, so d = sum e[t] q^t / sum q^2t.
 */
function smooth(values: Float64Array, alpha: number, wanted: typeof SQUARES | typeof FIRST): number {
  const q = 1 - alpha;
  const rows = values.length;
  let level = values[0];
  let [squares, slope, curvature, power] = [0, 0, 0, 1];
  let t = 0;
  for (; t < rows && power > FADED; t++) {
    const y = values[t];
    const error = y - level;
    squares += error * error;
    slope += error * power;
    curvature += power * power;
    power *= q;
    level = q * level + alpha * y;
  }
  if (wanted === FIRST) return values[0] + slope / curvature;
  for (; t < rows; t++) {
    const y = values[t];
    const error = y - level;
    squares += error * error;
    level = q * level + alpha * y;
  }
  return squares - (slope * slope) / curvature;
}

function levelAfter(values: Float64Array, alpha: number, first: number): number {
  let level = first;
  for (let t = 0; t < values.length; t++) level += alpha * (values[t] - level);
  return level;
}

export function replaySes(values: Float64Array, alpha: number, first: number): Float64Array {
  const out = new Float64Array(values.length);
  let level = first;
  for (let t = 0; t < values.length; t++) {
    out[t] = level;
    level += alpha * (values[t] - level);
  }
  return out;
}

export const ses = defineForecaster<FittedSes>({
  name: 'ses',
  defaults: {},
  minimum: () => 1,
  learn: (known) => ({ kind: 'ses', ...fitSes(known) }),
  forecast: ({ level }, horizon) => new Float64Array(horizon).fill(level),
  replay: ({ alpha, first }, known) => replaySes(known, alpha, first),
});
