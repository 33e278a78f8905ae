/** A whole backtest in one thread; hosts with workers run `fitFold` themselves and evaluate the same parts. */
import type { LabelledMatrix } from '../frame/matrix.js';
import type { Control } from '../models/model.js';
import type { BacktestConfig } from './config.js';
import { type BacktestResult, evaluateBacktest } from './evaluate.js';
import { FIT_STEPS, type FitSpec, type FoldFit, fitFold } from './fit-fold.js';
import { type BacktestPlan, foldsToFit, type PlanSettings, planBacktest } from './plan.js';
import type { Trial } from './trials.js';

export interface BacktestRun {
  readonly plan: BacktestPlan;
  readonly fits: readonly FoldFit[];
  readonly result: BacktestResult;
}

/** Fits every fold of the plan that can be fitted, in order. */
export function fitFolds(matrix: LabelledMatrix, plan: BacktestPlan, spec: FitSpec, control?: Control): FoldFit[] {
  const folds = foldsToFit(plan);
  return folds.map((fold, at) =>
    fitFold(matrix, fold, spec, {
      ...control,
      onStep: (step) => control?.onStep?.(at * FIT_STEPS + step, folds.length * FIT_STEPS),
    }),
  );
}

export function runBacktest(
  matrix: LabelledMatrix,
  settings: PlanSettings,
  spec: FitSpec,
  config: BacktestConfig,
  options: { readonly scope?: string; readonly priorTrials?: readonly Trial[]; readonly control?: Control } = {},
): BacktestRun {
  const { control, ...rest } = options;
  const plan = planBacktest(matrix, settings);
  const fits = fitFolds(matrix, plan, spec, control);
  return { plan, fits, result: evaluateBacktest({ matrix, plan, fits, ...rest }, config) };
}
