/** Beta calibration: a curve for probabilities that may bend either way and may also be the identity. */
import { exp } from '../math/exp.js';
import { log } from '../math/log.js';
import { solveLogistic } from '../models/newton-logistic.js';

/** p = 1 / (1 + 1 / (exp(c) * q^a / (1 - q)^b)), a and b at least 0: rising. */
export interface BetaCurve {
  readonly kind: 'beta';
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const CLIP = 1e-12;
const clip = (q: number): number => Math.min(Math.max(q, CLIP), 1 - CLIP);

/**
 * Maximum likelihood on (ln q, -ln(1 - q)); an exponent that comes out negative is left out and the other fitted alone.
 * Kull, Silva Filho & Flach (2017). A part of the rows without events, or with nothing else, gives the identity.
 */
export function fitBeta(probabilities: Float64Array, isEvent: (row: number) => boolean): BetaCurve {
  const target = Int8Array.from(probabilities, (_, row) => (isEvent(row) ? 1 : 0));
  const identity: BetaCurve = { kind: 'beta', a: 1, b: 1, c: 0 };
  if (!target.includes(0) || !target.includes(1)) return identity;
  const low = probabilities.map((q) => log(clip(q)));
  const high = probabilities.map((q) => -log(1 - clip(q)));
  const [c, a, b] = solveLogistic([low, high], target, 2, RIDGE)[0]!;
  if (a! >= 0 && b! >= 0) return { kind: 'beta', a: a!, b: b!, c: c! };
  const [shift, slope] = solveLogistic([a! < 0 ? high : low], target, 2, RIDGE)[0]!;
  const kept = Math.max(0, slope!);
  return { kind: 'beta', a: a! < 0 ? 0 : kept, b: a! < 0 ? kept : 0, c: shift! };
}

// Keeps scores that separate the classes from growing without end.
const RIDGE = 1e-9;

export function applyBeta({ a, b, c }: BetaCurve, probability: number): number {
  if (Number.isNaN(probability)) return Number.NaN;
  const q = clip(probability);
  const odds = c + a * log(q) - b * log(1 - q);
  return odds >= 0 ? 1 / (1 + exp(-odds)) : exp(odds) / (1 + exp(odds));
}
