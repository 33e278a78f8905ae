/** The model on all rows, learned while other threads judge its folds. */
import type { FitSpec } from '#engine/backtest/fit-fold.js';
import { fitFinal } from '#engine/backtest/training.js';
import type { LabelledMatrix } from '#engine/frame/matrix.js';
import { defineTask } from '../task.js';
import { controlOf } from './control.js';

export const fitFinalTask = defineTask({
  name: 'fitFinal',
  run: ({ matrix, spec }: { readonly matrix: LabelledMatrix; readonly spec: FitSpec }, context) =>
    fitFinal(matrix, spec, controlOf(context)),
});
