/** The arithmetic of a training, asked of the compute threads: folds and the final fit beside each other. */
import { canonicalJson, type Json, type JsonObject } from '#base/json.js';
import { FIT_STEPS } from '#engine/backtest/fit-fold.js';
import { foldsToFit } from '#engine/backtest/plan.js';
import type { TrainedModel, TrainingResult } from '#engine/backtest/training.js';
import { CLASS_NAMES } from '#engine/frame/matrix.js';
import type { Recipe } from '#services/operations/recipe.js';
import type { StrategyDesk } from './desk.js';
import { type FoldDesk, fitFolds, type Hearing, openMatrix } from './run-folds.js';
import { fitSpecOf, planDocument, type RunPlan, readPlan } from './run-plan.js';
import { toDocument } from './wire-names.js';

export interface Trained {
  readonly result: TrainingResult;
  readonly rows: number;
  readonly rowsDropped: number;
  readonly lastKnownMs: number;
  readonly warnings: readonly string[];
}

export async function computeModel(
  desk: FoldDesk,
  csv: Uint8Array,
  plan: RunPlan,
  allowedHours: readonly number[] | null,
  { signal, onProgress }: Hearing = {},
): Promise<Trained> {
  const [opened] = await openMatrix(desk, csv, plan, [allowedHours], signal, 'training');
  const { matrix, plan: folds, rowsDropped, warnings } = opened!;
  const total = (foldsToFit(folds).length + 1) * FIT_STEPS;
  let done = 0;
  const step = (steps: number) => {
    done += steps;
    onProgress?.(done, total);
  };
  let told = 0;
  const [fits, final] = await Promise.all([
    fitFolds(desk, opened!, plan, allowedHours, signal, step),
    desk.compute.run(
      'fitFinal',
      { matrix, spec: fitSpecOf(plan) },
      {
        ...(signal === undefined ? {} : { signal }),
        onProgress: (steps) => {
          step(steps - told);
          told = steps;
        },
      },
    ),
  ]);
  const result = await desk.compute.run('joinTraining', { matrix, plan: folds, fits, final });
  return {
    result,
    rows: matrix.features.rows,
    rowsDropped,
    lastKnownMs: matrix.t1Ms.reduce((last, ms) => (Number.isFinite(ms) && ms > last ? ms : last), 0),
    warnings,
  };
}

/** What a model file holds: all that predicting needs, and how it was learned; no clock, so that equal work gives equal bytes. */
export const modelBytes = (plan: RunPlan, trained: TrainedModel): string =>
  canonicalJson({
    schema: 1,
    kind: 'model',
    classes: [...CLASS_NAMES],
    plan: planDocument(plan),
    algo: trained.algo,
    features: trained.features,
    // The learner's own words, kept as they are: it reads them back.
    model: plainJson(trained.model),
    calibration: plainJson(trained.calibration),
  });

const plainJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

export const modelParams = (plan: RunPlan, allowedHours: readonly number[] | null): JsonObject => ({
  plan: planDocument(plan),
  allowed_hours: allowedHours,
});

/** Trains again from the matrix the model names. */
export const modelRecipe = (desk: Pick<StrategyDesk, 'compute'>): Recipe => ({
  kind: 'model',
  async recompute({ parents, params, signal }) {
    const plan = readPlan(params['plan'] as JsonObject);
    const hours = params['allowed_hours'] as readonly number[] | null;
    const { result } = await computeModel(desk, parents[0]!, plan, hours, { signal });
    return Buffer.from(modelBytes(plan, result.trained));
  },
});

/** Metrics in the words of sigma 11.1; classes keep their own names. */
export function trainingMetrics({ result, rows, rowsDropped }: Trained): JsonObject {
  const { perClass, classCounts, ...rest } = result.metrics as typeof result.metrics & {
    readonly perClass: object;
    readonly classCounts: object;
  };
  return {
    rows,
    rows_dropped: rowsDropped,
    ...(toDocument(rest) as JsonObject),
    class_counts: keepKeys(classCounts),
    per_class: keepKeys(perClass),
    source: 'purged_cv_oof',
  };
}

const keepKeys = (object: object): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, toDocument(value)]));
