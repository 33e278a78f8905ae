/** What boosting descends on: first and second derivatives of a loss at the current scores, and where the scores begin. */
import { errors } from '#base/errors.js';
import { exp } from '../../math/exp.js';
import { log } from '../../math/log.js';
import { softmaxInPlace } from '../softmax.js';
import type { BoostingObjective, BoostingParams } from './params.js';
import { percentile } from './percentile.js';

/** Rows of one shard; every column has the same length. */
export interface LossRows {
  /** One column an output. */
  readonly scores: readonly Float64Array[];
  readonly labels: Float64Array;
  /** e^x of the first `count` numbers of one of the columns of derivatives, in place: to 2e-10, the same bits everywhere. */
  readonly exps: (column: Float64Array, count: number) => void;
}

export interface Objective {
  readonly name: BoostingObjective;
  /** Every hessian is one (before weights): leaves then count their rows. */
  readonly hasUnitHessian: boolean;
  /** The leaf's value is this percentile of what its rows still miss, not a Newton step. */
  readonly renewal?: number;
  /** Scores before the first tree, one an output. Throws an AppError for labels that the loss has no meaning for. */
  initial(labels: Float64Array, weights: Float64Array | undefined): number[];
  /** Writes derivatives by output; weights are applied by the caller. `hessians` stay untouched under `hasUnitHessian`. */
  derive(rows: LossRows, gradients: readonly Float64Array[], hessians: readonly Float64Array[]): void;
  /** Loss of one row, for validation. */
  lossOf(label: number, scores: Float64Array): number;
}

const HESSIAN_MIN = 1e-16;
// LightGBM's kEpsilon: a share that never is quite 0 or 1 has finite log-odds.
const SHARE_MIN = 1e-15;

/** The loss that the settings name. */
export function objectiveOf(params: BoostingParams): Objective {
  return MAKERS[params.objective](params);
}

/** Outputs, and so trees a round. */
export const outputsOf = (params: BoostingParams): number => (params.objective === 'multiclass' ? params.numClass : 1);

const MAKERS: Record<BoostingObjective, (params: BoostingParams) => Objective> = {
  /** (score - y)^2 / 2. */
  regression: () => ({
    name: 'regression',
    hasUnitHessian: true,
    initial: (labels, weights) => [meanOf(labels, weights)],
    derive({ scores: [scores], labels }, [gradients]) {
      for (let i = 0; i < labels.length; i++) gradients![i] = scores![i]! - labels[i]!;
    },
    lossOf: (label, scores) => (scores[0]! - label) ** 2,
  }),

  /** |score - y|; leaves are medians. */
  regression_l1: () => ({
    name: 'regression_l1',
    hasUnitHessian: true,
    renewal: 0.5,
    initial: (labels, weights) => [percentile(labels, weights, 0.5)],
    derive({ scores: [scores], labels }, [gradients]) {
      for (let i = 0; i < labels.length; i++) gradients![i] = Math.sign(scores![i]! - labels[i]!);
    },
    lossOf: (label, scores) => Math.abs(scores[0]! - label),
  }),

  /** Huber (1964): squared up to alpha, linear beyond. */
  huber: ({ alpha }) => ({
    name: 'huber',
    hasUnitHessian: true,
    initial: (labels, weights) => [meanOf(labels, weights)],
    derive({ scores: [scores], labels }, [gradients]) {
      for (let i = 0; i < labels.length; i++) {
        const miss = scores![i]! - labels[i]!;
        gradients![i] = miss > alpha ? alpha : miss < -alpha ? -alpha : miss;
      }
    },
    lossOf(label, scores) {
      const miss = Math.abs(scores[0]! - label);
      return miss <= alpha ? 0.5 * miss * miss : alpha * (miss - 0.5 * alpha);
    },
  }),

  /** Pinball loss (Koenker & Bassett 1978); leaves are quantiles. */
  quantile: ({ alpha }) => ({
    name: 'quantile',
    hasUnitHessian: true,
    renewal: alpha,
    initial: (labels, weights) => [percentile(labels, weights, alpha)],
    derive({ scores: [scores], labels }, [gradients]) {
      for (let i = 0; i < labels.length; i++) gradients![i] = scores![i]! >= labels[i]! ? 1 - alpha : -alpha;
    },
    lossOf(label, scores) {
      const miss = label - scores[0]!;
      return miss >= 0 ? alpha * miss : (alpha - 1) * miss;
    },
  }),

  /** e^score - y score. */
  poisson: ({ poissonMaxDeltaStep }) => {
    const widening = exp(poissonMaxDeltaStep);
    return {
      name: 'poisson',
      hasUnitHessian: false,
      initial: (labels, weights) => [logMeanOf('poisson', labels, weights)],
      derive({ scores: [scores], labels, exps }, [gradients], [hessians]) {
        for (let i = 0; i < labels.length; i++) hessians![i] = scores![i]!;
        exps(hessians!, labels.length);
        for (let i = 0; i < labels.length; i++) {
          const rate = hessians![i]!;
          gradients![i] = rate - labels[i]!;
          hessians![i] = rate * widening;
        }
      },
      lossOf: (label, scores) => exp(scores[0]!) - label * scores[0]!,
    };
  },

  /** -y e^((1 - p) score) / (1 - p) + e^((2 - p) score) / (2 - p) for the variance power p in (1, 2) (Jorgensen 1987). */
  tweedie: ({ tweedieVariancePower: power }) => ({
    name: 'tweedie',
    hasUnitHessian: false,
    initial: (labels, weights) => [logMeanOf('tweedie', labels, weights)],
    derive({ scores: [scores], labels, exps }, [gradients], [hessians]) {
      for (let i = 0; i < labels.length; i++) {
        gradients![i] = (1 - power) * scores![i]!;
        hessians![i] = (2 - power) * scores![i]!;
      }
      exps(gradients!, labels.length);
      exps(hessians!, labels.length);
      for (let i = 0; i < labels.length; i++) {
        const first = gradients![i]! * labels[i]!;
        const second = hessians![i]!;
        gradients![i] = second - first;
        hessians![i] = (2 - power) * second - (1 - power) * first;
      }
    },
    lossOf: (label, scores) =>
      exp((2 - power) * scores[0]!) / (2 - power) - (label * exp((1 - power) * scores[0]!)) / (1 - power),
  }),

  /** Logistic loss of labels 0 and 1; the score is the log-odds of 1. g = p - y, h = p (1 - p). */
  binary: ({ scalePosWeight }) => ({
    name: 'binary',
    hasUnitHessian: false,
    initial(labels, weights) {
      checkClasses(labels, 2);
      let ones = 0;
      let total = 0;
      for (let i = 0; i < labels.length; i++) {
        const weight = (weights?.[i] ?? 1) * (labels[i] === 1 ? scalePosWeight : 1);
        total += weight;
        ones += weight * labels[i]!;
      }
      const share = Math.min(Math.max(ones / total, SHARE_MIN), 1 - SHARE_MIN);
      return [log(share / (1 - share))];
    },
    derive({ scores: [scores], labels, exps }, [gradients], [hessians]) {
      for (let i = 0; i < labels.length; i++) hessians![i] = -Math.abs(scores![i]!);
      exps(hessians!, labels.length);
      for (let i = 0; i < labels.length; i++) {
        const e = hessians![i]!;
        const smaller = e / (1 + e);
        const larger = 1 / (1 + e);
        const weight = labels[i] === 1 ? scalePosWeight : 1;
        gradients![i] = ((scores![i]! >= 0 ? larger : smaller) - labels[i]!) * weight;
        hessians![i] = larger * smaller * weight;
      }
    },
    lossOf(label, scores) {
      const margin = label === 1 ? scores[0]! : -scores[0]!;
      return margin > 0 ? log(1 + exp(-margin)) : log(1 + exp(margin)) - margin;
    },
  }),

  /** Softmax of labels 0 .. K - 1. g = p - 1{y = k}, h = factor p (1 - p). */
  multiclass: ({ numClass, softmaxHessianFactor = numClass / (numClass - 1) }) => {
    const row = new Float64Array(numClass);
    const softmaxOf = (scores: ArrayLike<number>) => {
      row.set(scores);
      softmaxInPlace(row, 0, numClass);
      return row;
    };
    return {
      name: 'multiclass',
      hasUnitHessian: false,
      initial(labels, weights) {
        checkClasses(labels, numClass);
        const sums = new Float64Array(numClass);
        let total = 0;
        for (let i = 0; i < labels.length; i++) {
          const weight = weights?.[i] ?? 1;
          sums[labels[i]!] = sums[labels[i]!]! + weight;
          total += weight;
        }
        return Array.from(sums, (sum) => log(Math.max(SHARE_MIN, sum / total)));
      },
      derive({ scores, labels, exps }, gradients, hessians) {
        const count = labels.length;
        // The largest score is taken off first, so nothing overflows; the last column of hessians holds it, then the sum.
        const spare = hessians[numClass - 1]!;
        spare.set(scores[0]!.subarray(0, count));
        for (let k = 1; k < numClass; k++) raiseTo(spare, scores[k]!, count);
        for (let k = 0; k < numClass; k++) {
          subtractInto(gradients[k]!, scores[k]!, spare, count);
          exps(gradients[k]!, count);
        }
        spare.fill(0, 0, count);
        for (let k = 0; k < numClass; k++) addInto(spare, gradients[k]!, count);
        // The spare column is the last to be written over.
        for (let k = 0; k < numClass; k++)
          softmaxDerivatives(gradients[k]!, hessians[k]!, spare, labels, k, softmaxHessianFactor);
      },
      lossOf: (label, scores) => -log(Math.max(SHARE_MIN, softmaxOf(scores)[label]!)),
    };
  },
};

function raiseTo(column: Float64Array, other: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) if (other[i]! > column[i]!) column[i] = other[i]!;
}

function subtractInto(into: Float64Array, column: Float64Array, less: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) into[i] = column[i]! - less[i]!;
}

function addInto(into: Float64Array, more: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) into[i] = into[i]! + more[i]!;
}

/** From a class's exponentials, in `gradients`, and the sum over all classes. */
function softmaxDerivatives(
  gradients: Float64Array,
  hessians: Float64Array,
  sums: Float64Array,
  labels: Float64Array,
  k: number,
  factor: number,
): void {
  for (let i = 0; i < labels.length; i++) {
    const p = gradients[i]! / sums[i]!;
    gradients[i] = p - (labels[i] === k ? 1 : 0);
    hessians[i] = Math.max(factor * p * (1 - p), HESSIAN_MIN);
  }
}

function meanOf(labels: Float64Array, weights: Float64Array | undefined): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const weight = weights?.[i] ?? 1;
    sum += weight * labels[i]!;
    total += weight;
  }
  return sum / total;
}

/** Counts and amounts: none is negative, and not all are zero. */
function logMeanOf(name: BoostingObjective, labels: Float64Array, weights: Float64Array | undefined): number {
  const row = labels.findIndex((label) => label < 0);
  if (row >= 0) throw errors.labelUnfit(name, `label ${labels[row]} of row ${row} is negative`, row);
  const mean = meanOf(labels, weights);
  if (mean === 0) throw errors.labelUnfit(name, 'every label is zero');
  return log(mean);
}

function checkClasses(labels: Float64Array, classes: number): void {
  const row = labels.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (row >= 0)
    throw errors.labelUnfit(
      classes === 2 ? 'binary' : 'multiclass',
      `label ${labels[row]} of row ${row} is none of 0 to ${classes - 1}`,
      row,
    );
}

/** Mean loss of rows, by weight; `scores` is a column an output. Of no weight it is 0. */
export function meanLoss(
  objective: Objective,
  labels: Float64Array,
  scores: readonly Float64Array[],
  weights: Float64Array | undefined,
): number {
  const row = new Float64Array(scores.length);
  let sum = 0;
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    for (let k = 0; k < row.length; k++) row[k] = scores[k]![i]!;
    const weight = weights?.[i] ?? 1;
    sum += weight * objective.lossOf(labels[i]!, row);
    total += weight;
  }
  return total > 0 ? sum / total : 0;
}
