/** Trains a model on a matrix: judged by folds it did not learn from, kept as a file that can be made again. */
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import { defineJob, type JobType } from '#jobs/job-type.js';
import { recordArtifact } from '#services/operations/lineage.service.js';
import { completeTrainingRun, findTrainingRun, startTrainingRun, type TrainingRun } from '#store/training-run.store.js';
import { inTransaction } from '#store/transaction.js';
import { readMatrix } from './backtest.job.js';
import type { StrategyDesk } from './desk.js';
import { computeModel, modelBytes, modelParams, type Trained, trainingMetrics } from './make-model.js';
import { lineageOf, reopenModel, riskInForce } from './model-access.js';
import { endWithJob, rememberFailure } from './run-failure.js';
import { planDocument, type RunPlan, readPlan } from './run-plan.js';
import { toDocument } from './wire-names.js';
import { outputFile, ownFile } from './workspace.js';

export const trainJob = (desk: StrategyDesk): JobType =>
  defineJob<JsonObject, JsonObject>({
    name: 'train',
    attemptsMax: 3, // Safe: the model file is named by its content, so twice is once.
    timeoutMs: 3_600_000,
    run: ({ job, signal, progress }) =>
      rememberFailure(desk, 'training_run', job.id, async () => {
        const run = await findTrainingRun(desk.db, job.id);
        if (run === undefined) throw errors.trainingMissing(job.id);
        await startTrainingRun(desk.db, job.id);
        const plan = readPlan(run.params['plan'] as JsonObject);
        const hours = run.params['allowed_hours'] as readonly number[] | null;
        const csv = await readMatrix(desk, run.params);
        const trained = await computeModel(desk, csv, plan, hours, { signal, onProgress: progress });
        const modelSha = await keep(desk, run, plan, hours, trained);
        return { model_sha: modelSha, training_run_id: run.trainingRunId };
      }),
    afterEnd: endWithJob(desk, 'training_run'),
  });

async function keep(
  desk: StrategyDesk,
  run: TrainingRun,
  plan: RunPlan,
  hours: readonly number[] | null,
  trained: Trained,
): Promise<string> {
  const open = await reopenModel(desk, run.modelId);
  const stored = await desk.artifacts.put(modelBytes(plan, trained.result.trained));
  const matrix = run.params['matrix'] as JsonObject;
  const asked = run.params['model_out'];
  const out =
    typeof asked === 'string'
      ? await outputFile({ dir: desk.workspaceDir }, 'model_out', asked, '.json')
      : await ownFile({ dir: desk.workspaceDir }, `artifacts/${run.modelId}/${trained.result.trained.algo}.json`);
  await desk.artifacts.link(stored.sha256, out.path);
  await inTransaction(desk.db, async (tx) => {
    await recordArtifact(desk, tx, {
      kind: 'model',
      content: stored,
      parents: [matrix['artifact_sha'] as string],
      params: modelParams(plan, hours),
      seed: plan.fit.seed,
      modelId: run.modelId,
      packId: run.packId,
      informationTimeMs: trained.lastKnownMs,
    });
    await completeTrainingRun(tx, run.jobId, {
      metrics: trainingMetrics(trained),
      summary: summaryOf(run, plan, trained),
      modelSha: stored.sha256,
      modelOut: out.name,
      lineage: lineageOf(open, riskInForce(open), desk.codeVersion, {
        matrixSha: run.matrixSha,
        modelSha: stored.sha256,
        dataSha: matrix['data_sha'] as string | null,
      }),
    });
  });
  return stored.sha256;
}

const summaryOf = (run: TrainingRun, plan: RunPlan, { result, rows, warnings }: Trained): JsonObject => ({
  algo: result.trained.algo,
  features: result.trained.features,
  feature_importance: result.importance.map((one) => toDocument(one)),
  rows,
  calibration: plan.fit.calibration,
  hyperparams: (planDocument(plan)['fit'] as JsonObject)['hyperparams']!,
  warnings: [...new Set([...(run.params['warnings'] as readonly string[]), ...warnings, ...result.warnings])],
});
