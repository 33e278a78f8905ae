/** One fold learned on its own thread; the folds of a backtest run beside each other and give the same numbers in any order. */
import { type FitSpec, fitFold } from '#engine/backtest/fit-fold.js';
import type { LabelledMatrix } from '#engine/frame/matrix.js';
import type { Fold } from '#engine/splits/split.js';
import { defineTask } from '../task.js';
import { controlOf } from './control.js';

export interface FitFoldInput {
  /** Shared, or it is copied for every fold. */
  readonly matrix: LabelledMatrix;
  readonly fold: Fold;
  readonly spec: FitSpec;
}

export const fitFoldTask = defineTask({
  name: 'fitFold',
  run: ({ matrix, fold, spec }: FitFoldInput, context) => fitFold(matrix, fold, spec, controlOf(context)),
});
