/** What a training is worth: the folds' predictions joined into its out-of-fold metrics. */
import type { FoldFit } from '#engine/backtest/fit-fold.js';
import type { BacktestPlan } from '#engine/backtest/plan.js';
import { type FinalFit, joinTraining } from '#engine/backtest/training.js';
import type { LabelledMatrix } from '#engine/frame/matrix.js';
import { defineTask } from '../task.js';

export interface JoinTrainingInput {
  readonly matrix: LabelledMatrix;
  readonly plan: BacktestPlan;
  readonly fits: readonly FoldFit[];
  readonly final: FinalFit;
}

export const joinTrainingTask = defineTask({
  name: 'joinTraining',
  run: ({ matrix, plan, fits, final }: JoinTrainingInput) => joinTraining(matrix, plan, fits, final),
});
