/** Natural logarithms, the same bits on every engine. */
import { exponentOf, scaleByPowerOfTwo } from './powers-of-two.js';

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const SMALLEST_NORMAL = 2.2250738585072014e-308;

/**
 * Natural logarithm: x = m 2^k with m near 1, then log m = 2 atanh((m - 1) / (m + 1)) by its series.
 *
 * Within 1 unit in the last place (tested against V8's). log(0) = -Infinity, below zero NaN.
 */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return Infinity;
  let k = 0;
  let m = x;
  if (m < SMALLEST_NORMAL) {
    m *= 18014398509481984; // 2^54: subnormals have no exponent of their own.
    k = -54;
  }
  const exponent = exponentOf(m);
  k += exponent;
  m = scaleByPowerOfTwo(m, -exponent);
  if (m > Math.SQRT2) {
    m /= 2;
    k += 1;
  }
  return k * LN2_HIGH + logNearOne(m - 1, k * LN2_LOW);
}

/** log(1 + f) + extra for 1 + f in [sqrt 1/2, sqrt 2]; f is kept apart so that its digits are not lost. */
function logNearOne(f: number, extra: number): number {
  const s = f / (2 + f);
  const z = s * s;
  let series = 2 / 25;
  series = series * z + 2 / 23;
  series = series * z + 2 / 21;
  series = series * z + 2 / 19;
  series = series * z + 2 / 17;
  series = series * z + 2 / 15;
  series = series * z + 2 / 13;
  series = series * z + 2 / 11;
  series = series * z + 2 / 9;
  series = series * z + 2 / 7;
  series = series * z + 2 / 5;
  series = series * z + 2 / 3;
  const halfSquare = 0.5 * f * f;
  return f - (halfSquare - (s * (halfSquare + series * z) + extra));
}

/** log(1 + x) with full relative accuracy near 0 (Kahan's correction of the rounded 1 + x); a few units in the last place. */
export function log1p(x: number): number {
  const u = 1 + x;
  if (u === 1) return x;
  if (u === Infinity) return Infinity;
  return (log(u) * x) / (u - 1);
}
