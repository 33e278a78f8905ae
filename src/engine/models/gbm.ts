/** `gbm` (also `xgb`): gradient boosting over histograms, softmax for three classes, logistic for two (sigma.md 11.3). */
import { errors } from '#base/errors.js';
import { type BoostParams, boost, type Ensemble, gainsOf, scoresOfEnsemble } from './boosting/boost.js';
import { logisticLoss, softmaxLoss } from './boosting/losses.js';
import { CLASS_COUNT, type Classifier, certainOf, type Hyperparams, seenClasses } from './model.js';
import { sigmoid, softmaxInPlace } from './softmax.js';

export interface FittedGbm {
  readonly kind: 'gbm';
  readonly classes: readonly number[];
  /** No trees where training saw one class only. */
  readonly ensemble: Ensemble;
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

export const gbm: Classifier<FittedGbm> = {
  name: 'gbm',
  aliases: ['xgb'],
  defaults: DEFAULTS,

  fit({ x, y, params, rng, control }) {
    if (x.rows === 0) throw errors.insufficientData('no rows to train on', { rows: 0 });
    const classes = seenClasses(y);
    if (classes.length === 1) return { kind: 'gbm', classes, ensemble: { initial: [], trees: [] } };
    const target = y.map((code) => classes.indexOf(code));
    const loss = classes.length === 2 ? logisticLoss(target) : softmaxLoss(target, classes.length);
    return { kind: 'gbm', classes, ensemble: boost(x, loss, boostParams(params), rng, control) };
  },

  predict({ classes, ensemble }, x) {
    if (classes.length === 1) return certainOf(classes[0]!, x.rows);
    const scores = scoresOfEnsemble(ensemble, x);
    const out = new Float64Array(x.rows * CLASS_COUNT);
    const row = new Float64Array(classes.length);
    for (let i = 0; i < x.rows; i++) {
      if (scores.length === 1) {
        const p = sigmoid(scores[0]![i]!);
        out[i * CLASS_COUNT + classes[1]!] = p;
        out[i * CLASS_COUNT + classes[0]!] = 1 - p;
        continue;
      }
      for (let k = 0; k < row.length; k++) row[k] = scores[k]![i]!;
      softmaxInPlace(row, 0, row.length);
      for (let k = 0; k < row.length; k++) out[i * CLASS_COUNT + classes[k]!] = row[k]!;
    }
    return out;
  },

  /** Total gain of the column's splits. */
  importance({ ensemble }, names) {
    const gains = gainsOf(ensemble, names.length);
    return names.map((name, j) => ({ name, gain: gains[j]! }));
  },
};

/** `epochs` is another word for the number of trees. */
function boostParams(given: Hyperparams): BoostParams {
  const params = { ...DEFAULTS, ...given };
  return {
    rounds: given.epochs ?? params.nEstimators,
    maxDepth: params.maxDepth,
    learningRate: params.learningRate,
    subsample: params.subsample,
    colsample: params.colsample,
    lambda: params.regLambda,
    gamma: params.gamma,
    minChildWeight: params.minChildWeight,
    growth: 'depth',
    maxLeaves: Number.MAX_SAFE_INTEGER,
    minRowsLeaf: 1,
  };
}
