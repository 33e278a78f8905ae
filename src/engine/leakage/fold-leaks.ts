/** Whether what a fold learns depends on rows it must not learn from: all of them are changed, and nothing learnt may. */
import { assert } from '#base/assert.js';
import type { LabelledMatrix } from '../frame/matrix.js';
import type { Fold } from '../splits/split.js';
import type { NamedColumn } from './mutate-future.js';
import { noiseAt } from './noise.js';

export interface FoldLeakSearch {
  readonly matrix: LabelledMatrix;
  readonly fold: Fold;
  /** All that is learnt, as numbers: scales, medians, coefficients, curves, thresholds, weights. Pure. */
  readonly learn: (matrix: LabelledMatrix, fold: Fold) => readonly NamedColumn[];
  readonly seed: number;
}

export interface FoldLeak {
  readonly learnt: string;
  /** Which of its numbers changed. */
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

/** What was learnt otherwise, each with its first number that differs; none for honest learning. A number may not come or go either. */
export function findFoldLeaks({ matrix, fold, learn, seed }: FoldLeakSearch): FoldLeak[] {
  const expected = learn(matrix, fold);
  const actual = learn(disturbOthers(matrix, fold.train, seed), fold);
  assert(actual.length === expected.length, 'the same things are learnt from every input');
  return expected.flatMap(({ name, values }, i) => {
    const again = actual[i]!.values;
    for (let at = 0; at < Math.max(values.length, again.length); at++) {
      if (!Object.is(values[at], again[at]))
        return [{ learnt: name, at, before: values[at] ?? Number.NaN, after: again[at] ?? Number.NaN }];
    }
    return [];
  });
}

/** Other features, labels and returns in all rows but the trained ones; times stay, for folds are cut by them. */
export function disturbOthers(matrix: LabelledMatrix, train: Int32Array, seed: number): LabelledMatrix {
  const isTrained = new Uint8Array(matrix.features.rows);
  for (const row of train) isTrained[row] = 1;
  const other = (values: Float64Array, lane: number) =>
    values.map((value, row) => (isTrained[row] ? value : (noiseAt(seed, row, lane) - 0.5) * 8));
  const price = (values: Float64Array, lane: number) =>
    values.map((value, row) => (isTrained[row] ? value : 50 + 100 * noiseAt(seed, row, lane)));
  return {
    ...matrix,
    features: { ...matrix.features, columns: matrix.features.columns.map((column, lane) => other(column, lane + 10)) },
    y: matrix.y.map((code, row) => (isTrained[row] ? code : (code + 1 + Math.floor(2 * noiseAt(seed, row, 1))) % 3)),
    horizonReturn: other(matrix.horizonReturn, 2),
    barReturn: other(matrix.barReturn, 3),
    open: price(matrix.open, 4),
    close: price(matrix.close, 5),
    nextOpen: price(matrix.nextOpen, 6),
    nextClose: price(matrix.nextClose, 7),
  };
}
