/**
 * Adaptive conformal inference: after each origin the level asked of the ruler moves by what was missed, so that coverage holds over
 * time even where errors drift. Gibbs & Candes (2021); several step sizes weighed by their pinball loss as in Zaffran et al. (2022),
 * so that nobody has to choose one.
 */
import { assert } from '#base/assert.js';
import { exp } from '../../math/exp.js';
import { conformalQuantile } from './conformal-quantile.js';

/** Plain data that survives JSON. */
export interface AdaptiveState {
  /** Share of outcomes to cover. */
  readonly level: number;
  /** One learner a step size; `level` is what it asks of the ruler now. */
  readonly learners: readonly { readonly step: number; readonly level: number; readonly loss: number }[];
  /** The latest scores, oldest first; at most `scoresMax`. */
  readonly scores: readonly number[];
  readonly scoresMax: number;
}

const STEPS = [0, 0.005, 0.02, 0.05] as const;
/** Weight of a learner is exp(-rate * loss in units of the mean score). */
const RATE = 2;
/** What is far past is forgotten: half after some 35 rounds. */
const MEMORY = 0.98;
const LEVEL_MAX = 1 - 1e-6;

export function startAdaptive(level: number, scoresMax = 1_000): AdaptiveState {
  assert(level > 0 && level < 1, 'a level lies between 0 and 1');
  assert(Number.isInteger(scoresMax) && scoresMax >= 1, 'scores are counted');
  return { level, learners: STEPS.map((step) => ({ step, level, loss: 0 })), scores: [], scoresMax };
}

/** The level to ask of the ruler for what comes next: the mean of the learners', weighed by how well each did. */
export function levelNow({ learners, scores }: AdaptiveState): number {
  const unit = meanOf(scores);
  const least = Math.min(...learners.map(({ loss }) => loss));
  let weights = 0;
  let sum = 0;
  for (const { level, loss } of learners) {
    const weight = unit > 0 ? exp((-RATE * (loss - least)) / unit) : 1;
    weights += weight;
    sum += weight * level;
  }
  return sum / weights;
}

/** The size of error to allow for what comes next: infinite while there are too few scores to promise the level. */
export function sizeNow(state: AdaptiveState): number {
  return conformalQuantile(
    [...state.scores].sort((a, b) => a - b),
    levelNow(state),
  );
}

/**
 * What was learnt from the outcomes of one round, which were all forecast before any of them was known: their scores (non-negative
 * sizes of error, in the unit of those before). A learner that missed more than it may asks for more next time.
 */
export function afterRound(state: AdaptiveState, round: readonly number[]): AdaptiveState {
  assert(
    round.every((score) => score >= 0 && score < Number.POSITIVE_INFINITY),
    'a score is the size of an error',
  );
  if (round.length === 0) return state;
  const { level: target, scoresMax } = state;
  const ascending = [...state.scores].sort((a, b) => a - b);
  const learners = state.learners.map(({ step, level, loss }) => {
    const size = conformalQuantile(ascending, level);
    const missed = round.filter((score) => score > size).length / round.length;
    const cost = Number.isFinite(size) ? pinball(round, size, target) : 0;
    // Levels are not held at zero: a learner that has long covered too much may owe misses.
    const next = Math.min(LEVEL_MAX, level + step * (missed - (1 - target)));
    return { step, level: next, loss: MEMORY * loss + cost };
  });
  return { ...state, learners, scores: [...state.scores, ...round].slice(-scoresMax) };
}

function pinball(scores: readonly number[], size: number, level: number): number {
  let sum = 0;
  for (const score of scores) sum += score > size ? level * (score - size) : (1 - level) * (size - score);
  return sum / scores.length;
}

function meanOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}
