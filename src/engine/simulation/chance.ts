/** Draws that simulators share. */
import type { Rng } from '#base/rng.js';
import { log } from '../math/log.js';

export const happens = (rng: Rng, probability: number): boolean => rng.float() < probability;

/** Waiting time of a Poisson process with `rate` events per unit of time. */
export const drawExponential = (rng: Rng, rate: number): number => -log(1 - rng.float()) / rate;

/** 0, 1, 2, ... with probability p (1 - p)^k: failures before the first success; mean (1 - p) / p. */
export function drawGeometric(rng: Rng, p: number): number {
  if (p >= 1) return 0;
  return Math.floor(log(1 - rng.float()) / log(1 - p));
}

/** Uniform in [low, high). */
export const drawBetween = (rng: Rng, low: number, high: number): number => low + (high - low) * rng.float();
