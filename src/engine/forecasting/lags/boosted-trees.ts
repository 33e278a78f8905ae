/** The boosted regression of this room: leaf-wise histogram trees on the squared error (forecastlab 9.3). */
import type { Rng } from '#base/rng.js';
import type { Matrix } from '../../frame/matrix.js';
import { boost, type Ensemble, scoresOfEnsemble } from '../../models/boosting/boost.js';
import { squaredLoss } from '../../models/boosting/losses.js';
import type { Control } from '../../models/model.js';
import type { ForecastParams } from '../forecaster.js';

export type FittedTrees = Ensemble;

export type BoostedParams = Required<
  Pick<ForecastParams, 'rounds' | 'learningRate' | 'maxDepth' | 'maxLeaves' | 'minRowsLeaf'>
>;

/** Those of `regression` in forecastlab 9.1 and 9.3. */
export const BOOSTED_DEFAULTS: BoostedParams = {
  rounds: 200,
  learningRate: 0.05,
  maxDepth: 6,
  maxLeaves: 31,
  minRowsLeaf: 20,
};

export const boostedParams = (params: ForecastParams): BoostedParams => ({ ...BOOSTED_DEFAULTS, ...params });

/** No penalty, all rows and columns in every tree (forecastlab 9.3). Same rows, same bytes. */
export function fitTrees(x: Matrix, y: Float64Array, params: BoostedParams, rng: Rng, control?: Control): FittedTrees {
  const { rounds, learningRate, maxDepth, maxLeaves, minRowsLeaf } = params;
  const settings = {
    rounds,
    learningRate,
    maxDepth,
    maxLeaves,
    minRowsLeaf,
    subsample: 1,
    colsample: 1,
    lambda: 0,
    gamma: 0,
    minChildWeight: 0,
    growth: 'leaf',
  } as const;
  return boost(x, squaredLoss(y), settings, rng, control);
}

export function predictTrees(trees: FittedTrees, x: Matrix): Float64Array {
  return scoresOfEnsemble(trees, x)[0];
}
