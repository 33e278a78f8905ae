/** Seeded series for tests and benches: a level that wanders, a trend, a season, noise; or demand that comes now and then. */
import { sineOfTurn } from '../math/turn.js';
import { drawNormal } from '../random/draws.js';
import { createRng } from '../random/xoshiro128.js';

export interface MadeSeries {
  readonly rows: number;
  readonly seed: number;
  readonly level?: number;
  readonly slope?: number;
  readonly season?: number;
  readonly swing?: number;
  readonly noise?: number;
  /** Deviation of the level's own steps. */
  readonly wander?: number;
}

export function madeSeries(made: MadeSeries): Float64Array {
  const { rows, seed, level = 100, slope = 0, season = 1, swing = 0, noise = 5, wander = 0 } = made;
  const rng = createRng(seed);
  let walk = 0;
  return Float64Array.from({ length: rows }, (_, t) => {
    walk += wander * drawNormal(rng);
    return level + walk + slope * t + swing * sineOfTurn((t % season) / season) + noise * drawNormal(rng);
  });
}

/** Whole numbers, most of them zero. */
export function madeDemand(rows: number, seed: number, probability = 0.3): Float64Array {
  const rng = createRng(seed);
  return Float64Array.from({ length: rows }, () => (rng.float() < probability ? 1 + rng.below(6) : 0));
}
