/** From raw scores to predictions, as each objective means them. */
import { exp } from '../../math/exp.js';
import { log1p } from '../../math/log.js';
import { sigmoid, softmaxInPlace } from '../softmax.js';
import type { CompiledEnsemble } from './compile.js';
import { rawScores } from './predict.js';
import type { Rows } from './row-block.js';
import type { Objective, TreeEnsemble } from './tree.js';

/** Predictions, rows x treesPerRound, row by row: probabilities, rates, or values on the label's scale. */
export function predictions(compiled: CompiledEnsemble, x: Rows): Float64Array {
  return convertScores(compiled.ensemble, rawScores(compiled, x));
}

/**
 * Raw scores to predictions, in place.
 *
 * `binary` and `cross_entropy` give p(1); `multiclass` the softmax; `multiclassova` one p a class (they do not sum to 1);
 * `poisson`, `gamma`, `tweedie` e^raw; `cross_entropy_lambda` log(1 + e^raw); the others the score itself, squared under `sqrt`.
 */
export function convertScores(
  ensemble: Pick<TreeEnsemble, 'objective' | 'treesPerRound'>,
  scores: Float64Array,
): Float64Array {
  const { objective, treesPerRound } = ensemble;
  if (objective.name === 'multiclass') {
    for (let at = 0; at < scores.length; at += treesPerRound) softmaxInPlace(scores, at, treesPerRound);
    return scores;
  }
  const link = linkOf(objective);
  if (link === undefined) return scores;
  for (let i = 0; i < scores.length; i++) scores[i] = link(scores[i]!);
  return scores;
}

/** What turns one score into one prediction; undefined where they are the same. */
function linkOf(objective: Objective): ((score: number) => number) | undefined {
  switch (objective.name) {
    case 'binary':
    case 'multiclassova':
    case 'cross_entropy': {
      const slope = objective.sigmoid ?? 1;
      return (score) => sigmoid(slope * score);
    }
    case 'cross_entropy_lambda':
      return softplus;
    case 'poisson':
    case 'gamma':
    case 'tweedie':
      return exp;
    case 'regression':
    case 'regression_l1':
    case 'huber':
    case 'fair':
    case 'quantile':
    case 'mape':
      return objective.sqrt === true ? (score) => score * Math.abs(score) : undefined;
    case 'multiclass':
    case 'lambdarank':
    case 'rank_xendcg':
    case 'custom':
      return undefined;
  }
}

/** log(1 + e^x) without overflow: beyond 36 the 1 is below the last bit. */
const softplus = (x: number): number => (x > 36 ? x : log1p(exp(x)));
