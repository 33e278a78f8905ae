/** Trainings as both seeds read them (contract 11). */
import { z } from 'zod';
import type { JsonObject } from '#base/json.js';
import type { JobEstimate } from '#services/operations/job.service.js';
import type { TrainingView } from '#services/strategy/train.service.js';
import { anything } from './anything.wire.js';
import { toTs } from './job.wire.js';

export const TrainBody = z.looseObject({
  model_id: z.string(),
  pack_id: anything,
  matrix_sha: anything,
  csv: anything,
  start: anything,
  start_date: anything,
  end: anything,
  end_date: anything,
  allowed_hours: anything,
  target: anything,
  calibration: anything,
  splits: anything,
  embargo: anything,
  model_out: anything,
  features: anything,
  config: anything,
  from_backtest: anything,
  override: anything,
  tag: anything,
  risk_profile: anything,
  reuse: anything,
});

export const TrainWire = z.looseObject({
  ok: z.literal(true),
  job_id: z.string(),
  model_id: z.string(),
  status: z.string(),
});

/** One schema for all stages of a training: what is not known yet is null. */
export function toTraining({ run, job, status }: TrainingView, estimate: JobEstimate, warnings: readonly string[]) {
  const summary: JsonObject = run.summary ?? {};
  const said = [...((summary['warnings'] ?? run.params['warnings'] ?? []) as readonly string[]), ...warnings];
  return {
    ok: true as const,
    job_id: run.jobId,
    id: run.trainingRunId,
    training_run_id: run.trainingRunId,
    model_id: run.modelId,
    pack_id: run.packId,
    status,
    queue_position: estimate.queuePosition ?? null,
    estimated_time: estimate.seconds ?? null,
    model_out_uri: run.modelOut,
    model_out: run.modelOut,
    metrics: run.metrics,
    result: run.metrics,
    features: summary['features'] ?? null,
    feature_importance: summary['feature_importance'] ?? null,
    rows: summary['rows'] ?? null,
    classes: ['DOWN', 'FLAT', 'UP'],
    calibration: summary['calibration'] ?? null,
    hyperparams: summary['hyperparams'] ?? null,
    algo: summary['algo'] ?? null,
    lineage: run.lineage ?? {},
    matrix_sha: run.matrixSha,
    model_sha: run.modelSha,
    tag: run.tag,
    ...(run.params['qa'] === undefined ? {} : { qa: run.params['qa'] }),
    duration_sec: durationOf(run.startedAtMs, run.finishedAtMs),
    created_at: toTs(run.createdAtMs),
    started_at: tsOrNull(run.startedAtMs),
    finished_at: tsOrNull(run.finishedAtMs),
    error: status === 'failed' ? failureOf(run.error ?? job?.error ?? null) : null,
    ...(said.length > 0 ? { warnings: said } : {}),
  };
}

export const tsOrNull = (ms: number | null) => (ms === null ? null : toTs(ms));

export const failureOf = (error: { code: string; message: string } | null) =>
  error === null ? null : { code: error.code.toUpperCase(), message: error.message };

const durationOf = (startedAtMs: number | null, finishedAtMs: number | null) =>
  startedAtMs === null || finishedAtMs === null ? null : (finishedAtMs - startedAtMs) / 1000;
