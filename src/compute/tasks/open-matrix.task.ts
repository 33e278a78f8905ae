/** A stored matrix ready to learn from: its labelled rows for each set of hours, with the folds they fall into. */
import { type BacktestPlan, type PlanSettings, planBacktest } from '#engine/backtest/plan.js';
import { planTraining } from '#engine/backtest/training.js';
import type { LabelledMatrix } from '#engine/frame/matrix.js';
import { labelledFromTable } from '#engine/matrix/labelled-from-table.js';
import { parseMatrixCsv } from '#engine/matrix/matrix-csv.js';
import { defineTask } from '../task.js';

export interface RowSelection {
  /** Session day numbers, both included. */
  readonly startDay: number | null;
  readonly endDay: number | null;
  readonly allowedHours: readonly number[] | null;
}

export interface OpenMatrixInput {
  readonly csv: Uint8Array;
  /** Columns or indicators that the caller named. */
  readonly features: readonly string[] | null;
  /** The list that a built matrix carries; null for a foreign file. */
  readonly featureColumns: readonly string[] | null;
  readonly target: string | null;
  readonly horizonBars: number | null;
  readonly isIntraday: boolean | null;
  readonly selections: readonly RowSelection[];
  readonly plan:
    | ({ readonly purpose: 'backtest' } & PlanSettings)
    | { readonly purpose: 'training'; readonly splits: number; readonly embargo: number };
}

export interface OpenedMatrix {
  /** On shared memory. */
  readonly matrix: LabelledMatrix;
  readonly plan: BacktestPlan;
  readonly rowsDropped: number;
  readonly warnings: readonly string[];
}

/** One opened matrix a selection, in their order. */
export const openMatrixTask = defineTask({
  name: 'openMatrix',
  run: (input: OpenMatrixInput): readonly OpenedMatrix[] => {
    const table = parseMatrixCsv(new TextDecoder().decode(input.csv));
    return input.selections.map(({ startDay, endDay, allowedHours }) => {
      const { labelled, rowsDropped, warnings } = labelledFromTable(table, {
        features: input.features ?? undefined,
        featureColumns: input.featureColumns ?? undefined,
        target: input.target ?? undefined,
        horizonBars: input.horizonBars ?? undefined,
        isIntraday: input.isIntraday ?? undefined,
        startDay: startDay ?? undefined,
        endDay: endDay ?? undefined,
        allowedHours: allowedHours ?? undefined,
      });
      const plan =
        input.plan.purpose === 'training' ? planTraining(labelled, input.plan) : planBacktest(labelled, input.plan);
      return { matrix: labelled, plan, rowsDropped, warnings };
    });
  },
});
