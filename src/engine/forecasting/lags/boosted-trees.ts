/** The boosted regression of this room: leaf-wise histogram trees on the squared error (forecastlab 9.3). */
import type { Rng } from '#base/rng.js';
import type { Matrix } from '../../frame/matrix.js';
import { fitBoosting } from '../../models/boosting/fit-boosting.js';
import type { Control } from '../../models/model.js';
import { compileEnsemble } from '../../models/trees/compile.js';
import { rawScores } from '../../models/trees/predict.js';
import type { TreeEnsemble } from '../../models/trees/tree.js';
import type { ForecastParams } from '../forecaster.js';

export type FittedTrees = TreeEnsemble;

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
  return fitBoosting({
    x,
    y,
    params: {
      objective: 'regression',
      numIterations: rounds,
      learningRate,
      maxDepth,
      numLeaves: maxLeaves,
      minDataInLeaf: minRowsLeaf,
      minSumHessianInLeaf: 0,
    },
    rng,
    ...(control && { control }),
    ...(control?.kernels && { host: control.kernels }),
  }).ensemble;
}

export function predictTrees(trees: FittedTrees, x: Matrix): Float64Array {
  return rawScores(compileEnsemble(trees), x);
}
