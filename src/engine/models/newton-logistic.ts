/** Penalised logistic regression by Newton's method: the deterministic solver behind logit. */
import { log } from '../math/log.js';
import { choleskySolve } from './cholesky.js';
import { sigmoid, softmaxInPlace } from './softmax.js';

/**
 * Coefficients, class by class: intercept first, then one a design column.
 *
 * Minimises sum of log losses + l2/2 * sum of squared coefficients (intercepts free). Two classes have one vector (the log-odds of the
 * second); more have one each, softmax. A step that does not lower the objective is halved.
 */
export function solveLogistic(
  design: readonly Float64Array[],
  target: Int8Array,
  classes: number,
  l2: number,
): Float64Array[] {
  const vectors = classes === 2 ? 1 : classes;
  const width = design.length + 1;
  let weights = new Float64Array(vectors * width);
  let state = evaluate(design, target, vectors, weights, l2);
  for (let iteration = 0; iteration < ITERATIONS_MAX; iteration++) {
    const step = newtonStep(design, target, vectors, weights, state.probabilities, l2);
    let size = 1;
    let next = state;
    let tried = weights;
    for (; size > 1e-6; size /= 2) {
      tried = weights.map((w, i) => w - size * step[i]!);
      next = evaluate(design, target, vectors, tried, l2);
      if (next.objective <= state.objective) break;
    }
    if (size <= 1e-6) break;
    const gain = state.objective - next.objective;
    weights = tried;
    state = next;
    if (gain <= 1e-12 * (1 + Math.abs(state.objective))) break;
  }
  return Array.from({ length: vectors }, (_, k) => weights.slice(k * width, (k + 1) * width));
}

// Newton doubles the digits a step: some eight suffice, separable data need more.
const ITERATIONS_MAX = 50;
// Softmax intercepts may drift together without changing anything; this holds them.
const INTERCEPT_RIDGE = 1e-8;

function evaluate(
  design: readonly Float64Array[],
  target: Int8Array,
  vectors: number,
  weights: Float64Array,
  l2: number,
) {
  const rows = target.length;
  const probabilities = scoresOf(design, rows, vectors, weights);
  const width = design.length + 1;
  let objective = 0;
  for (let i = 0; i < rows; i++) {
    if (vectors === 1) {
      const p = sigmoid(probabilities[i]!);
      probabilities[i] = p;
      objective -= log(Math.max(target[i] === 1 ? p : 1 - p, 1e-300));
    } else {
      softmaxInPlace(probabilities, i * vectors, vectors);
      objective -= log(Math.max(probabilities[i * vectors + target[i]!]!, 1e-300));
    }
  }
  for (let i = 0; i < weights.length; i++) {
    objective += 0.5 * (i % width === 0 ? (vectors === 1 ? 0 : INTERCEPT_RIDGE) : l2) * weights[i]! * weights[i]!;
  }
  return { objective, probabilities };
}

/** Rows x vectors linear scores. */
export function scoresOf(
  design: readonly Float64Array[],
  rows: number,
  vectors: number,
  weights: Float64Array,
): Float64Array {
  const width = design.length + 1;
  const scores = new Float64Array(rows * vectors);
  for (let k = 0; k < vectors; k++) {
    const base = k * width;
    for (let i = 0; i < rows; i++) scores[i * vectors + k] = weights[base]!;
    for (let j = 0; j < design.length; j++) {
      const column = design[j]!;
      const weight = weights[base + 1 + j]!;
      for (let i = 0; i < rows; i++) scores[i * vectors + k] = scores[i * vectors + k]! + weight * column[i]!;
    }
  }
  return scores;
}

/** Hessian^-1 gradient at the current probabilities. */
function newtonStep(
  design: readonly Float64Array[],
  target: Int8Array,
  vectors: number,
  weights: Float64Array,
  probabilities: Float64Array,
  l2: number,
): Float64Array {
  const rows = target.length;
  const width = design.length + 1;
  const size = vectors * width;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const curvature = new Float64Array(rows);
  const weighted = new Float64Array(rows);
  const ones = new Float64Array(rows).fill(1);
  const columns = [ones, ...design];
  const four = new Float64Array(4);
  for (let k = 0; k < vectors; k++) {
    for (let i = 0; i < rows; i++)
      weighted[i] = probabilities[i * vectors + k]! - (isClass(target[i]!, k, vectors) ? 1 : 0);
    for (let j = 0; j < width; j++) gradient[k * width + j] = dot(weighted, columns[j]!);
    for (let m = 0; m <= k; m++) {
      for (let i = 0; i < rows; i++) {
        const p = probabilities[i * vectors + k]!;
        curvature[i] = m === k ? p * (1 - p) : -p * probabilities[i * vectors + m]!;
      }
      for (let j = 0; j < width; j++) {
        const column = columns[j]!;
        for (let i = 0; i < rows; i++) weighted[i] = curvature[i]! * column[i]!;
        // Each block is symmetric, so its lower half serves both. Four columns at a time keep the processor's adders busy.
        for (let l = 0; l <= j; l += 4) {
          dotFour(weighted, columns, l, four);
          for (let lane = 0; lane < 4 && l + lane <= j; lane++) {
            hessian[(k * width + j) * size + m * width + l + lane] = four[lane]!;
            hessian[(k * width + l + lane) * size + m * width + j] = four[lane]!;
          }
        }
      }
    }
  }
  for (let i = 0; i < size; i++) {
    const ridge = i % width === 0 ? (vectors === 1 ? 0 : INTERCEPT_RIDGE) : l2;
    gradient[i] = gradient[i]! + ridge * weights[i]!;
    hessian[i * size + i] = hessian[i * size + i]! + ridge;
  }
  return choleskySolve(hessian, gradient);
}

const isClass = (target: number, vector: number, vectors: number): boolean => target === (vectors === 1 ? 1 : vector);

/** Products of one column with four others; past the last column the last is taken again. */
function dotFour(a: Float64Array, columns: readonly Float64Array[], first: number, out: Float64Array): void {
  const last = columns.length - 1;
  const b = columns[first]!;
  const c = columns[Math.min(first + 1, last)]!;
  const d = columns[Math.min(first + 2, last)]!;
  const e = columns[Math.min(first + 3, last)]!;
  let [sb, sc, sd, se] = [0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const value = a[i]!;
    sb += value * b[i]!;
    sc += value * c[i]!;
    sd += value * d[i]!;
    se += value * e[i]!;
  }
  out[0] = sb;
  out[1] = sc;
  out[2] = sd;
  out[3] = se;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
