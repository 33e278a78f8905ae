/** Parts of a labelled matrix: the rows of some hours or sessions, with everything that belongs to them. */

import type { LabelledMatrix } from '../frame/matrix.js';
import { takeLabels, takeRows } from '../models/rows.js';

/** The chosen rows (ascending), as a matrix of its own. Bar positions are kept, so that holes between rows stay visible. */
export function subsetMatrix(matrix: LabelledMatrix, rows: Int32Array): LabelledMatrix {
  const doubles = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]!);
  const integers = (column: Int32Array) => Int32Array.from(rows, (row) => column[row]!);
  return {
    ...matrix,
    features: takeRows(matrix.features, rows),
    t0Ms: doubles(matrix.t0Ms),
    t1Ms: doubles(matrix.t1Ms),
    session: integers(matrix.session),
    hourEt: integers(matrix.hourEt),
    y: takeLabels(matrix.y, rows),
    horizonReturn: doubles(matrix.horizonReturn),
    barReturn: doubles(matrix.barReturn),
    open: doubles(matrix.open),
    close: doubles(matrix.close),
    nextOpen: doubles(matrix.nextOpen),
    nextClose: doubles(matrix.nextClose),
    labelSide: takeLabels(matrix.labelSide, rows),
    barIndex: integers(matrix.barIndex),
  };
}

/** Rows whose hour (ET) is allowed; every row for models of daily or slower cadence, whose rows have no hour to choose by. */
export function rowsOfHours(matrix: LabelledMatrix, allowedHours: readonly number[] | null): Int32Array {
  const all = Int32Array.from(matrix.y, (_, row) => row);
  if (allowedHours === null || allowedHours.length === 0 || !matrix.isIntraday) return all;
  return all.filter((row) => allowedHours.includes(matrix.hourEt[row]!));
}
