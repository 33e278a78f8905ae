/** What every classifier is: fit gives plain data that survives JSON, predict reads that data only. */

import { errors } from '#base/errors.js';
import type { Rng } from '#base/rng.js';
import { CLASS_NAMES, type Matrix } from '../frame/matrix.js';
import type { KernelHost } from '../kernels/kernel.js';

export const CLASS_COUNT = CLASS_NAMES.length;

/** Settings of all models in one bag; each model reads its own and ignores the rest. */
export interface Hyperparams {
  readonly nEstimators?: number;
  readonly maxDepth?: number;
  readonly learningRate?: number;
  readonly subsample?: number;
  readonly colsample?: number;
  readonly regLambda?: number;
  readonly gamma?: number;
  readonly minChildWeight?: number;
  /** Strength of the L2 penalty of `logit`: half this times the squared coefficients. */
  readonly l2?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
}

/** How a host follows and stops a long computation, and what it lends to it. */
export interface Control {
  readonly onStep?: (done: number, total: number) => void;
  readonly shouldStop?: () => boolean;
  /** WebAssembly: the same numbers, sooner. */
  readonly kernels?: KernelHost;
}

export interface FitInput {
  readonly x: Matrix;
  /** DOWN, FLAT or UP, one a row. */
  readonly y: Int8Array;
  readonly params: Hyperparams;
  readonly rng: Rng;
  readonly control?: Control;
}

/**
 * A classifier over the three classes.
 *
 * `predict` gives rows x 3 probabilities, row by row in the order DOWN, FLAT, UP; a class that training never saw has probability 0.
 * NaN and infinities in features are "not known". Columns are found by position: the matrix must have the training columns in their order.
 */
export interface Classifier<Fitted> {
  readonly name: string;
  /** Names that mean the same model on the wire. */
  readonly aliases: readonly string[];
  readonly defaults: Hyperparams;
  fit(input: FitInput): Fitted;
  predict(fitted: Fitted, x: Matrix): Float64Array;
  /** How much each training column mattered, in the model's own unit. */
  importance(fitted: Fitted, names: readonly string[]): { name: string; gain: number }[];
}

/** Classes seen in training, ascending. */
export function seenClasses(y: Int8Array): number[] {
  const seen = Array.from({ length: CLASS_COUNT }, (_, code) => y.includes(code));
  return seen.flatMap((isSeen, code) => (isSeen ? [code] : []));
}

/** Probabilities of a model that saw one class only. */
export function certainOf(code: number, rows: number): Float64Array {
  const out = new Float64Array(rows * CLASS_COUNT);
  for (let i = 0; i < rows; i++) out[i * CLASS_COUNT + code] = 1;
  return out;
}

export function stopIfAsked(control: Control | undefined, what: string): void {
  if (control?.shouldStop?.() === true) throw errors.computationStopped(what);
}
