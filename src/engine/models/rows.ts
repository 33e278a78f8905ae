/** Parts of a matrix: chosen rows, chosen columns. */
import { errors } from '#base/errors.js';
import { placeNumbers } from '../frame/column-block.js';
import type { Matrix } from '../frame/matrix.js';

export function takeRows(x: Matrix, rows: Int32Array): Matrix {
  const columns = placeNumbers(x.columns.length, rows.length);
  columns.forEach((part, j) => {
    const column = x.columns[j]!;
    for (let i = 0; i < rows.length; i++) part[i] = column[rows[i]!]!;
  });
  return { rows: rows.length, names: x.names, columns };
}

/** The named columns in the given order; throws `featureMissing` for one that is not there. */
export function takeColumns(x: Matrix, names: readonly string[]): Matrix {
  const columns = names.map((name) => {
    const at = x.names.indexOf(name);
    if (at < 0) throw errors.featureMissing(name);
    return x.columns[at]!;
  });
  return { rows: x.rows, names, columns };
}

export function takeLabels(y: Int8Array, rows: Int32Array): Int8Array {
  const part = new Int8Array(rows.length);
  for (let i = 0; i < rows.length; i++) part[i] = y[rows[i]!]!;
  return part;
}
