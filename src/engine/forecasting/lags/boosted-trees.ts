/** The boosted regression of this room: leaf-wise histogram trees on the squared error (forecastlab 9.3). */
import type { Rng } from '#base/rng.js';
import type { Matrix } from '../../frame/matrix.js';
import { fitBoosting } from '../../models/boosting/fit-boosting.js';
import type { Control } from '../../models/model.js';
import { compileEnsemble } from '../../models/trees/compile.js';
import { predictions } from '../../models/trees/output.js';
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

/** What is made small: the squared error, or the deviance of counts that are often zero (never below it). */
export type DemandObjective = 'regression' | 'poisson' | 'tweedie';

/** Near 1 counts are Poisson, near 2 sizes are gamma; 1.1 to 1.3 is where the winners of M5 stood. */
const TWEEDIE_POWER = 1.2;

export interface TreesToFit {
  readonly x: Matrix;
  readonly y: Float64Array;
  readonly params: BoostedParams;
  readonly objective?: DemandObjective;
  readonly rng: Rng;
  readonly control?: Control | undefined;
}

/** No penalty, all rows and columns in every tree, a bin for every distinct value up to 255 (forecastlab 9.3). Same rows, same bytes. */
export function fitTrees({ x, y, params, objective = 'regression', rng, control }: TreesToFit): FittedTrees {
  const { rounds, learningRate, maxDepth, maxLeaves, minRowsLeaf } = params;
  return fitBoosting({
    x,
    y,
    params: {
      objective,
      tweedieVariancePower: TWEEDIE_POWER,
      numIterations: rounds,
      learningRate,
      maxDepth,
      numLeaves: maxLeaves,
      minDataInLeaf: minRowsLeaf,
      minDataInBin: 1,
      // Hessians of the squared error are rows, which `minRowsLeaf` counts; those of counts may be as small as a rare demand.
      minSumHessianInLeaf: objective === 'regression' ? 0 : 1e-3,
    },
    rng,
    ...(control && { control }),
    ...(control?.kernels && { host: control.kernels }),
  }).ensemble;
}

/** Predictions on the scale of what was learnt; the trees are laid out for walking once. */
export function treesPredictor(trees: FittedTrees): (x: Matrix) => Float64Array {
  const compiled = compileEnsemble(trees);
  return (x) => predictions(compiled, x);
}
