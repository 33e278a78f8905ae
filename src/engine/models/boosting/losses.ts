/** What boosting descends on: first and second derivatives of a loss at the current scores. */
import { log } from '../../math/log.js';
import { sigmoid, softmaxInPlace } from '../softmax.js';
import { STEPS } from './histogram.js';

export interface Loss {
  /** Scores, and so trees a round. */
  readonly outputs: number;
  /** Score of every row before the first tree. */
  readonly initial: readonly number[];
  /** What one unit of the stored gradient stands for. */
  readonly gradientUnit: number;
  /** Writes gradients and hessians, in whole steps, for every output. */
  derive(scores: readonly Float64Array[], gradients: readonly Float64Array[], hessians: readonly Float64Array[]): void;
}

/** Softens rounding to whole steps the same way everywhere: halves go up. */
const toSteps = (value: number): number => Math.floor(value * STEPS + 0.5);

const HESSIAN_MIN = 1e-16;

/** Softmax over `classes`; target holds the class's position. g = p - 1{y = k}, h = max(2 p (1 - p), 1e-16); starts at the log shares. */
export function softmaxLoss(target: Int8Array, classes: number): Loss {
  const counts = Array.from({ length: classes }, (_, k) => target.filter((code) => code === k).length);
  const row = new Float64Array(classes);
  return {
    outputs: classes,
    initial: counts.map((count) => log(count / target.length)),
    gradientUnit: 1,
    derive(scores, gradients, hessians) {
      for (let i = 0; i < target.length; i++) {
        for (let k = 0; k < classes; k++) row[k] = scores[k]![i]!;
        softmaxInPlace(row, 0, classes);
        for (let k = 0; k < classes; k++) {
          const p = row[k]!;
          gradients[k]![i] = toSteps(p - (target[i] === k ? 1 : 0));
          hessians[k]![i] = toSteps(Math.max(2 * p * (1 - p), HESSIAN_MIN));
        }
      }
    },
  };
}

/** Two classes, one score: the log-odds of class 1. h = p (1 - p). */
export function logisticLoss(target: Int8Array): Loss {
  const ones = target.filter((code) => code === 1).length;
  return {
    outputs: 1,
    initial: [log(ones / (target.length - ones))],
    gradientUnit: 1,
    derive([scores], [gradients], [hessians]) {
      for (let i = 0; i < target.length; i++) {
        const p = sigmoid(scores![i]!);
        gradients![i] = toSteps(p - (target[i] === 1 ? 1 : 0));
        hessians![i] = toSteps(p * (1 - p));
      }
    },
  };
}

/** Squared error of a number; gradients are stored relative to the largest distance from the mean, a power of two. */
export function squaredLoss(target: Float64Array): Loss {
  let sum = 0;
  for (const value of target) sum += value;
  const mean = sum / target.length;
  let largest = 0;
  for (const value of target) largest = Math.max(largest, Math.abs(value - mean));
  let unit = 1;
  while (unit < largest) unit *= 2;
  while (unit > 1e-300 && unit / 2 >= largest && largest > 0) unit /= 2;
  return {
    outputs: 1,
    initial: [mean],
    gradientUnit: unit,
    derive([scores], [gradients], [hessians]) {
      for (let i = 0; i < target.length; i++) {
        gradients![i] = toSteps((scores![i]! - target[i]!) / unit);
        hessians![i] = STEPS;
      }
    },
  };
}
