/** `gbm` (also `xgb`): boosted trees on three classes by softmax, on two by the logistic loss (sigma.md 11.3); a thin use of `boosting`. */
import { errors } from '#base/errors.js';
import type { Matrix } from '../frame/matrix.js';
import { fitBoosting } from './boosting/fit-boosting.js';
import type { BoostingParams } from './boosting/params.js';
import { CLASS_COUNT, type Classifier, certainOf, type Hyperparams, seenClasses } from './model.js';
import { compileEnsemble } from './trees/compile.js';
import { gainImportance } from './trees/importance.js';
import { predictions } from './trees/output.js';
import type { TreeEnsemble } from './trees/tree.js';

export interface FittedGbm {
  readonly kind: 'gbm';
  readonly classes: readonly number[];
  /** Absent where training saw one class only. */
  readonly ensemble?: TreeEnsemble;
}

const DEFAULTS = {
  nEstimators: 300,
  maxDepth: 4,
  learningRate: 0.08,
  subsample: 0.9,
  colsample: 0.9,
  regLambda: 1,
  gamma: 0,
  minChildWeight: 1,
} as const satisfies Hyperparams;

// The contract's h = 2 p (1 - p), and its gain, half of what LightGBM counts.
const SOFTMAX_HESSIAN_FACTOR = 2;
const GAIN_FACTOR = 0.5;
const BINS_MAX = 255;
const BINS_MIN = 64;
// With fewer rows a bin, cuts follow single rows and cost time without telling more.
const ROWS_PER_BIN = 10;

export const gbm: Classifier<FittedGbm> = {
  name: 'gbm',
  aliases: ['xgb'],
  defaults: DEFAULTS,

  fit({ x, y, params, rng, control }) {
    if (x.rows === 0) throw errors.insufficientData('no rows to train on', { rows: 0 });
    const classes = seenClasses(y);
    if (classes.length === 1) return { kind: 'gbm', classes };
    const { ensemble } = fitBoosting({
      x: finite(x),
      y: Float64Array.from(y, (code) => classes.indexOf(code)),
      params: paramsOf(params, classes.length, x.rows),
      rng,
      ...(control && { control }),
      ...(control?.kernels && { host: control.kernels }),
    });
    return { kind: 'gbm', classes, ensemble };
  },

  predict({ classes, ensemble }, x) {
    if (ensemble === undefined) return certainOf(classes[0]!, x.rows);
    const probabilities = predictions(compileEnsemble(ensemble), finite(x));
    const out = new Float64Array(x.rows * CLASS_COUNT);
    for (let i = 0; i < x.rows; i++) {
      if (classes.length === 2) {
        const p = probabilities[i]!;
        out[i * CLASS_COUNT + classes[1]!] = p;
        out[i * CLASS_COUNT + classes[0]!] = 1 - p;
        continue;
      }
      for (let k = 0; k < classes.length; k++)
        out[i * CLASS_COUNT + classes[k]!] = probabilities[i * classes.length + k]!;
    }
    return out;
  },

  /** Total gain of the column's splits. */
  importance({ ensemble }, names) {
    const gains = ensemble && gainImportance(ensemble);
    return names.map((name, j) => ({ name, gain: GAIN_FACTOR * (gains?.[j] ?? 0) }));
  },
};

/** The classifiers take infinities for "not known"; boosting itself refuses them. */
function finite(x: Matrix): Matrix {
  const isKnown = (value: number) => value !== Infinity && value !== -Infinity;
  if (x.columns.every((column) => column.every(isKnown))) return x;
  return { ...x, columns: x.columns.map((column) => column.map((value) => (isKnown(value) ? value : NaN))) };
}

/** `epochs` is another word for the number of trees. */
function paramsOf(given: Hyperparams, classes: number, rows: number): Partial<BoostingParams> {
  const params = { ...DEFAULTS, ...given };
  return {
    ...(classes === 2
      ? { objective: 'binary' }
      : { objective: 'multiclass', numClass: classes, softmaxHessianFactor: SOFTMAX_HESSIAN_FACTOR }),
    numIterations: given.epochs ?? params.nEstimators,
    learningRate: params.learningRate,
    growth: 'depth',
    maxDepth: params.maxDepth,
    minDataInLeaf: 0,
    minSumHessianInLeaf: params.minChildWeight,
    lambdaL2: params.regLambda,
    minGainToSplit: params.gamma / GAIN_FACTOR,
    baggingFraction: params.subsample,
    baggingFreq: 1,
    featureFraction: params.colsample,
    maxBin: Math.max(BINS_MIN, Math.min(BINS_MAX, Math.floor(rows / ROWS_PER_BIN))),
    minDataInBin: 1,
  };
}
