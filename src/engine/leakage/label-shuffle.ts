/** The label-shuffle test: on labels in random order honest learning is no better than chance, and a pipeline that is has seen the answers. */
import { assert } from '#base/assert.js';
import type { Rng } from '#base/rng.js';
import { meanOf, stdOf } from '../metrics/moments.js';
import { shuffle } from '../random/draws.js';

export interface LabelShuffle {
  readonly rows: number;
  /** Runs the whole pipeline, selection and all, on labels taken in this order (order[i] is whose label row i gets); its out-of-sample score. */
  readonly score: (order: Int32Array) => number;
  /** The score of knowing nothing: 0.5 for an AUC, minus the costs for a return. */
  readonly chance: number;
  readonly runs?: number;
  readonly rng: Rng;
}

export interface ShuffledScores {
  readonly scores: readonly number[];
  readonly mean: number;
  readonly standardError: number;
  /** The mean lies within three standard errors of chance, or below it. */
  readonly isHonest: boolean;
}

export function shuffleLabels({ rows, score, chance, runs = 20, rng }: LabelShuffle): ShuffledScores {
  assert(runs >= 2, 'one shuffled run says nothing about its spread');
  const scores = Array.from({ length: runs }, (_, run) => {
    const order = Int32Array.from({ length: rows }, (_unused, row) => row);
    shuffle(order, rng.fork(`shuffle:${run}`));
    const value = score(order);
    assert(!Number.isNaN(value), 'a score is a number');
    return value;
  });
  const mean = meanOf(scores)!;
  const standardError = stdOf(scores)! / Math.sqrt(runs);
  return { scores, mean, standardError, isHonest: mean <= chance + 3 * standardError };
}
