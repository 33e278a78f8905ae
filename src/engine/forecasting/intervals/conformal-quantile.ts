/** The size of error that `level` of future errors stay within, from past ones that are exchangeable with them. */
import { assert } from '#base/assert.js';

/**
 * The ceil((n + 1) * level)-th smallest of n scores: covers at least `level` of new scores, and less than level + 1 / (n + 1) where scores
 * do not tie. Vovk, Gammerman & Shafer (2005). Infinity where n is too small to promise the level at all: n < level / (1 - level);
 * minus infinity at a level of zero or below, where nothing need be covered.
 */
export function conformalQuantile(ascending: ArrayLike<number>, level: number): number {
  assert(!Number.isNaN(level), 'a level is a number');
  // (n + 1) * level is a whole number too often to leave to rounding: 0.8 * 10 is 8, and must not become 9.
  const rank = Math.ceil((ascending.length + 1) * level - 1e-9);
  if (rank < 1) return Number.NEGATIVE_INFINITY;
  return rank > ascending.length ? Number.POSITIVE_INFINITY : ascending[rank - 1]!;
}

/** Fewest scores with which the level can be promised. */
export const scoresNeeded = (level: number): number => Math.ceil(level / (1 - level) - 1e-9);
