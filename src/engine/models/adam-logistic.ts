/** The same logistic regression by mini-batches: for callers who ask for epochs, a batch size or a learning rate. */
import type { Rng } from '#base/rng.js';
import { pow } from '../math/pow.js';
import { shuffle } from '../random/draws.js';
import { type Control, stopIfAsked } from './model.js';
import { sigmoid, softmaxInPlace } from './softmax.js';

export interface AdamParams {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly l2: number;
}

const FIRST_DECAY = 0.9;
const SECOND_DECAY = 0.999;

/** Kingma & Ba (2015), with the authors' decays; gradients are means over the batch, the penalty is spread over all rows. */
export function solveByAdam(
  design: readonly Float64Array[],
  target: Int8Array,
  classes: number,
  params: AdamParams,
  rng: Rng,
  control?: Control,
): Float64Array[] {
  const rows = target.length;
  const vectors = classes === 2 ? 1 : classes;
  const width = design.length + 1;
  const weights = new Float64Array(vectors * width);
  const first = new Float64Array(weights.length);
  const second = new Float64Array(weights.length);
  const gradient = new Float64Array(weights.length);
  const scores = new Float64Array(vectors);
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  let step = 0;
  for (let epoch = 0; epoch < params.epochs; epoch++) {
    stopIfAsked(control, 'Training');
    shuffle(order, rng);
    for (let start = 0; start < rows; start += params.batchSize) {
      const end = Math.min(start + params.batchSize, rows);
      for (let i = 0; i < gradient.length; i++) gradient[i] = i % width === 0 ? 0 : (params.l2 / rows) * weights[i]!;
      for (let at = start; at < end; at++)
        addRowGradient(design, target, order[at]!, weights, scores, gradient, 1 / (end - start));
      step++;
      const firstShare = 1 - pow(FIRST_DECAY, step);
      const secondShare = 1 - pow(SECOND_DECAY, step);
      for (let i = 0; i < weights.length; i++) {
        first[i] = FIRST_DECAY * first[i]! + (1 - FIRST_DECAY) * gradient[i]!;
        second[i] = SECOND_DECAY * second[i]! + (1 - SECOND_DECAY) * gradient[i]! * gradient[i]!;
        weights[i] =
          weights[i]! - (params.learningRate * (first[i]! / firstShare)) / (Math.sqrt(second[i]! / secondShare) + 1e-8);
      }
    }
    control?.onStep?.(epoch + 1, params.epochs);
  }
  return Array.from({ length: vectors }, (_, k) => weights.slice(k * width, (k + 1) * width));
}

function addRowGradient(
  design: readonly Float64Array[],
  target: Int8Array,
  row: number,
  weights: Float64Array,
  scores: Float64Array,
  gradient: Float64Array,
  share: number,
): void {
  const vectors = scores.length;
  const width = design.length + 1;
  for (let k = 0; k < vectors; k++) {
    let score = weights[k * width]!;
    for (let j = 0; j < design.length; j++) score += weights[k * width + 1 + j]! * design[j]![row]!;
    scores[k] = score;
  }
  if (vectors === 1) scores[0] = sigmoid(scores[0]!);
  else softmaxInPlace(scores, 0, vectors);
  for (let k = 0; k < vectors; k++) {
    const error = (scores[k]! - (target[row] === (vectors === 1 ? 1 : k) ? 1 : 0)) * share;
    gradient[k * width] = gradient[k * width]! + error;
    for (let j = 0; j < design.length; j++)
      gradient[k * width + 1 + j] = gradient[k * width + 1 + j]! + error * design[j]![row]!;
  }
}
