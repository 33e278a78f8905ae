/** Ridge regression: a line through scaled features, its slopes held small. Solved in closed form. */
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import type { Matrix } from '../frame/matrix.js';
import { choleskySolve } from './cholesky.js';
import { type ColumnScale, designColumns, learnScales } from './logit-features.js';
import { takeRows } from './rows.js';

export interface FittedRidge {
  readonly kind: 'ridge';
  readonly scales: readonly ColumnScale[];
  /** What is told of a row whose design columns are all zero. */
  readonly intercept: number;
  /** One a design column: scaled features that vary, then the flags of those that were missing. */
  readonly coefficients: readonly number[];
}

/** Slopes of scaled features cost half `l2` times their square, against half the sum of squared errors. */
export const RIDGE_DEFAULTS = { l2: 1 } as const;

/**
 * (X'X + l2 I)^-1 X'y on centred columns by Cholesky; the intercept is free. Hoerl & Kennard (1970).
 *
 * Features are scaled as logit scales them, by what these rows show: missing ones stand at the median with a flag, constant ones are
 * left out. Rows whose target is not a finite number are left out; `insufficient_data` when none is left.
 */
export function fitRidge(x: Matrix, y: Float64Array, { l2 }: { readonly l2: number } = RIDGE_DEFAULTS): FittedRidge {
  assert(y.length === x.rows, 'every row has a target');
  assert(l2 >= 0, 'a penalty is not negative');
  const rows = Int32Array.from(y, (_, row) => row).filter((row) => Number.isFinite(y[row]));
  if (rows.length === 0) throw errors.insufficientData('no rows with a target to train on', { rows: x.rows });
  const known = rows.length === x.rows ? x : takeRows(x, rows);
  const target = Float64Array.from(rows, (row) => y[row]!);
  const scales = learnScales(known);
  const design = designColumns(known, scales);
  const means = design.map(meanOf);
  const targetMean = meanOf(target);
  for (const [j, column] of design.entries())
    for (let i = 0; i < column.length; i++) column[i] = column[i]! - means[j]!;
  const centred = target.map((value) => value - targetMean);
  const coefficients = solve(design, centred, l2);
  const shift = coefficients.reduce((sum, slope, j) => sum + slope * means[j]!, 0);
  return { kind: 'ridge', scales, intercept: targetMean - shift, coefficients: [...coefficients] };
}

/** Columns are found by position: those of training, in their order. Never NaN. */
export function predictRidge({ scales, intercept, coefficients }: FittedRidge, x: Matrix): Float64Array {
  assert(x.columns.length === scales.length, 'the matrix has the columns of training');
  const out = new Float64Array(x.rows).fill(intercept);
  for (const [j, column] of designColumns(x, scales).entries()) {
    for (let i = 0; i < x.rows; i++) out[i] = out[i]! + coefficients[j]! * column[i]!;
  }
  return out;
}

function solve(design: readonly Float64Array[], target: Float64Array, l2: number): Float64Array {
  const size = design.length;
  const gram = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    right[j] = dot(design[j]!, target);
    for (let k = 0; k <= j; k++) gram[j * size + k] = dot(design[j]!, design[k]!);
    gram[j * size + j] = gram[j * size + j]! + l2;
  }
  return choleskySolve(gram, right);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** About the first value, so that a large level costs no digits. */
function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 1; i < values.length; i++) sum += values[i]! - values[0]!;
  return values[0]! + sum / values.length;
}
