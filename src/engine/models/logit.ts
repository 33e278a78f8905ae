/** `logit`: multinomial logistic regression with an L2 penalty on robustly scaled features. */
import { errors } from '#base/errors.js';
import { solveByAdam } from './adam-logistic.js';
import { type ColumnScale, designColumns, learnScales } from './logit-features.js';
import { CLASS_COUNT, type Classifier, certainOf, type Hyperparams, seenClasses, stopIfAsked } from './model.js';
import { scoresOf, solveLogistic } from './newton-logistic.js';
import { sigmoid, softmaxInPlace } from './softmax.js';

export interface FittedLogit {
  readonly kind: 'logit';
  readonly classes: readonly number[];
  readonly scales: readonly ColumnScale[];
  /** One vector for two classes, one a class for three; intercept first. */
  readonly coefficients: readonly (readonly number[])[];
}

export const logit: Classifier<FittedLogit> = {
  name: 'logit',
  aliases: ['logistic'],
  defaults: { l2: 1 },

  /** Newton's method to convergence; mini-batch Adam when epochs, batchSize or learningRate is given. */
  fit({ x, y, params, rng, control }) {
    if (x.rows === 0) throw errors.insufficientData('no rows to train on', { rows: 0 });
    stopIfAsked(control, 'Training');
    const classes = seenClasses(y);
    const scales = learnScales(x);
    if (classes.length === 1) return { kind: 'logit', classes, scales, coefficients: [] };
    const design = designColumns(x, scales);
    const target = y.map((code) => classes.indexOf(code));
    const l2 = params.l2 ?? 1;
    const vectors = wantsAdam(params)
      ? solveByAdam(design, target, classes.length, { ...adamParams(params), l2 }, rng, control)
      : solveLogistic(design, target, classes.length, l2);
    return { kind: 'logit', classes, scales, coefficients: vectors.map((vector) => [...vector]) };
  },

  predict({ classes, scales, coefficients }, x) {
    if (classes.length === 1) return certainOf(classes[0]!, x.rows);
    const design = designColumns(x, scales);
    const vectors = coefficients.length;
    const scores = scoresOf(design, x.rows, vectors, Float64Array.from(coefficients.flat()));
    const out = new Float64Array(x.rows * CLASS_COUNT);
    for (let i = 0; i < x.rows; i++) {
      if (vectors === 1) {
        const p = sigmoid(scores[i]!);
        out[i * CLASS_COUNT + classes[1]!] = p;
        out[i * CLASS_COUNT + classes[0]!] = 1 - p;
      } else {
        softmaxInPlace(scores, i * vectors, vectors);
        for (let k = 0; k < vectors; k++) out[i * CLASS_COUNT + classes[k]!] = scores[i * vectors + k]!;
      }
    }
    return out;
  },

  /** Mean absolute coefficient of the scaled column; flags count for their column. */
  importance({ scales, coefficients }, names) {
    const gains = new Float64Array(names.length);
    let at = 1;
    const add = (column: number) => {
      for (const vector of coefficients)
        gains[column] = gains[column]! + Math.abs(vector[at] ?? 0) / coefficients.length;
      at++;
    };
    for (const [j, { scale }] of scales.entries()) if (scale !== 0) add(j);
    for (const [j, { flagged }] of scales.entries()) if (flagged) add(j);
    return names.map((name, j) => ({ name, gain: gains[j]! }));
  },
};

const wantsAdam = ({ epochs, batchSize, learningRate }: Hyperparams): boolean =>
  epochs !== undefined || batchSize !== undefined || learningRate !== undefined;

const adamParams = ({ epochs, batchSize, learningRate }: Hyperparams) => ({
  epochs: epochs ?? 100,
  batchSize: batchSize ?? 256,
  learningRate: learningRate ?? 0.01,
});
