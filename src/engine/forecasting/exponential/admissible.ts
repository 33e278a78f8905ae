/** Which smoothing weights may be chosen: those of the usual box under which past observations fade away. */
import type { PointLayout, SmoothingModel } from './recursion.js';
import { PHI_HIGH, PHI_LOW, WEIGHT_HIGH, WEIGHT_LOW } from './start.js';

/** A figure's weight may stand this far beyond the edge: R's tolerance for the roots. */
const EDGE = 1e-10;

/** 0 < beta < alpha < 1, 0 < gamma < 1 - alpha, 0.8 <= phi <= 0.98 with a little room at zero and one: the box of Hyndman et al. (2008), 2.4. */
export function isInBox(point: ArrayLike<number>, { beta, gamma, phi }: PointLayout): boolean {
  const alpha = point[0];
  if (!(alpha >= WEIGHT_LOW && alpha <= WEIGHT_HIGH)) return false;
  if (beta >= 0 && !(point[beta] >= WEIGHT_LOW && point[beta] <= alpha)) return false;
  if (gamma >= 0 && !(point[gamma] >= WEIGHT_LOW && point[gamma] <= 1 - alpha)) return false;
  return phi < 0 || (point[phi] >= PHI_LOW && point[phi] <= PHI_HIGH);
}

/**
 * Tells of points of a model whether it is forecastable there: every observation's influence dies out (Hyndman, Akram & Archibald 2008,
 * theorem 10.1).
 *
 * Without a season the box implies it. With one, the polynomial of the seasonal recursion must have no root outside the unit circle.
 * Made once a search: what it writes on is its own.
 */
export function forecastability(
  layout: PointLayout,
  { season, period }: SmoothingModel,
): (point: ArrayLike<number>) => boolean {
  if (season === 'none') return () => true;
  const descending = new Float64Array(period + 2);
  const scratch = [new Float64Array(period + 2), new Float64Array(period + 2)] as const;
  return (point) => {
    const alpha = point[0];
    const beta = layout.beta < 0 ? 0 : point[layout.beta];
    const gamma = point[layout.gamma];
    const phi = layout.phi < 0 ? 1 : point[layout.phi];
    if (gamma < Math.max(1 - 1 / phi - alpha, 0) || gamma > 1 + 1 / phi - alpha) return false;
    if (alpha < 1 - 1 / phi - (gamma * (1 - period + phi + phi * period)) / (2 * phi * period)) return false;
    if (beta < -(1 - phi) * (gamma / period + alpha)) return false;
    const between = alpha + beta - alpha * phi;
    descending.fill(between);
    descending[0] = 1;
    descending[1] = alpha + beta - phi;
    descending[period] = between + gamma - 1;
    descending[period + 1] = phi * (1 - alpha - gamma);
    return areRootsWithin(descending, 1 + EDGE, scratch);
  };
}

/**
 * True when every root of c_0 z^n + c_1 z^(n-1) + ... + c_n is smaller than `radius`: the test of Jury (1964), which finds no root.
 *
 * Each round takes the polynomial minus its mirrored self times c_n / c_0; all roots lie within exactly when that share stays below 1.
 */
export function areRootsWithin(
  descending: ArrayLike<number>,
  radius: number,
  [c, mirrored] = [new Float64Array(descending.length), new Float64Array(descending.length)] as readonly [
    Float64Array,
    Float64Array,
  ],
): boolean {
  const last = descending.length - 1;
  let power = 1;
  for (let i = last; i >= 0; i--) {
    c[i] = descending[i] * power;
    power *= radius;
  }
  for (let degree = last; degree >= 1; degree--) {
    const share = c[degree] / c[0];
    if (!(Math.abs(share) < 1)) return false;
    for (let i = 0; i <= degree; i++) mirrored[i] = c[degree - i];
    for (let i = 0; i < degree; i++) c[i] -= share * mirrored[i];
  }
  return true;
}
