/** Rows that a fit can make something of; all others are named before any work begins. */
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import type { Matrix } from '../../frame/matrix.js';

interface Rows {
  readonly x: Matrix;
  readonly y: Float64Array;
  readonly weights?: Float64Array;
}

/** Throws the AppError that `fitBoosting` documents; what a label means is the objective's own to say. */
export function checkRows({ x, y, weights }: Rows, objective: string): void {
  assert(y.length === x.rows, 'every row has a label');
  assert(
    x.columns.every((column) => column.length === x.rows),
    'every column has all rows',
  );
  if (x.rows === 0) throw errors.nothingToFit('there are no rows');
  const blank = y.findIndex((label) => !Number.isFinite(label));
  if (blank >= 0) throw errors.labelUnfit(objective, `the label of row ${blank} is ${y[blank]}`, blank);
  x.columns.forEach((column, j) => {
    const row = firstInfinite(column);
    if (row >= 0) throw errors.featureInfinite(x.names[j] ?? `column ${j}`, row);
  });
  if (weights === undefined) return;
  assert(weights.length === x.rows, 'every row has a weight');
  const unfit = weights.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (unfit >= 0) throw errors.weightUnfit(unfit);
  if (!weights.some((weight) => weight > 0)) throw errors.nothingToFit('every weight is zero');
}

function firstInfinite(column: Float64Array): number {
  for (let row = 0; row < column.length; row++) {
    const value = column[row]!;
    // Only infinities and NaN are not zero beside themselves.
    if (value - value !== 0 && !Number.isNaN(value)) return row;
  }
  return -1;
}
