/** The standard normal distribution: density, distribution function and quantile, the same bits on every engine. */
import { exp } from './exp.js';
import { log } from './log.js';

const INVERSE_SQRT_TWO_PI = 0.3989422804014327;

/** Density phi(x). The square is split so that its rounding does not grow with x. */
export function normalDensity(x: number): number {
  const size = Math.abs(x);
  if (!(size < 40)) return Number.isNaN(x) ? NaN : 0;
  const coarse = Math.floor(size * 16) / 16;
  return INVERSE_SQRT_TWO_PI * exp(-0.5 * coarse * coarse) * exp(-0.5 * (size - coarse) * (size + coarse));
}

/**
 * Distribution function Phi(x), relative error below 1e-14 down to x = -37 (1e-15 within [-8, 8]).
 *
 * Near the centre by the series phi(x) (x + x^3/3 + x^5/15 + ...), whose terms all have one sign; in the tails by the
 * continued fraction of Mills' ratio, evaluated backwards from a fixed depth (Abramowitz & Stegun 26.2.11, 26.2.14).
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x >= 1) return 1 - upperTail(x);
  if (x <= -1) return upperTail(-x);
  return 0.5 + centralArea(x);
}

/** Phi(x) - 1/2 for |x| < 2. */
function centralArea(x: number): number {
  const square = x * x;
  let term = x;
  let sum = x;
  for (let odd = 3; sum + term !== sum && odd < 200; odd += 2) {
    term *= square / odd;
    sum += term;
  }
  return normalDensity(x) * sum;
}

/** 1 - Phi(x) for x >= 1. */
function upperTail(x: number): number {
  if (x > 38.6) return 0;
  // The error of the fraction falls as exp(-2 x sqrt(2 depth)).
  const depth = Math.floor(400 / (x * x)) + 25;
  let fraction = x;
  for (let i = depth; i >= 1; i--) fraction = x + i / fraction;
  return normalDensity(x) / fraction;
}

/**
 * Quantile: the x with Phi(x) = p; relative error below 1e-14. p = 0 and 1 give -Infinity and Infinity, outside NaN.
 *
 * A rough start (Abramowitz & Stegun 26.2.23), then Halley's steps on the side of the smaller tail.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  const fromCentre = p - 0.5;
  if (Math.abs(fromCentre) < 0.33) return centralQuantile(fromCentre);
  return p < 0.5 ? -tailQuantile(p) : tailQuantile(1 - p);
}

function centralQuantile(area: number): number {
  let x = area / INVERSE_SQRT_TWO_PI;
  for (let step = 0; step < 6; step++) x = halley(x, (centralArea(x) - area) / normalDensity(x));
  return x;
}

function tailQuantile(tail: number): number {
  const t = Math.sqrt(-2 * log(tail));
  let x = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let step = 0; step < 3; step++)
    x = halley(x, (tail - (x >= 1 ? upperTail(x) : 0.5 - centralArea(x))) / normalDensity(x));
  return x;
}

/** One step for f(x) = Phi(x) - p given f / f'; f'' / f' is -x. */
const halley = (x: number, newton: number): number => x - newton / (1 + 0.5 * x * newton);
