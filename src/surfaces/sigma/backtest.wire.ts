/** Backtests as both seeds read them (contract 12). */
import { z } from 'zod';
import type { JsonObject } from '#base/json.js';
import type { JobEstimate } from '#services/operations/job.service.js';
import type { BacktestView } from '#services/strategy/backtest.service.js';
import { plotUris } from '#services/strategy/plots.js';
import { anything } from './anything.wire.js';
import { toTs } from './job.wire.js';
import { failureOf, tsOrNull } from './train.wire.js';

/** What a sweep takes as well: every configuration's shared defaults. */
export const SharedBody = {
  model_id: z.string(),
  pack_id: anything,
  matrix_sha: anything,
  csv: anything,
  start: anything,
  start_date: anything,
  end: anything,
  end_date: anything,
  target: anything,
  splits: anything,
  embargo: anything,
  cv_scheme: anything,
  allowed_hours: anything,
  slippage_bps: anything,
  commission_bps: anything,
  size_by_conf: anything,
  conf_cap: anything,
  per_hour_thresholds: anything,
  per_hour_select_by: anything,
  calibration: anything,
  momentum_gate: anything,
  momentum_min: anything,
  momentum_column: anything,
  exit_threshold: anything,
  fill: anything,
  features: anything,
  risk_profile: anything,
  save: anything,
  tag: anything,
  config: anything,
  reuse: anything,
};

export const BacktestBody = z.looseObject({
  ...SharedBody,
  thresholds: anything,
  top_pct: anything,
  combine: anything,
});

export const BacktestWire = z.looseObject({
  ok: z.literal(true),
  backtest_id: z.string(),
  id: z.int(),
  job_id: z.string(),
  model_id: z.string(),
  status: z.string(),
});

/** Where the files of a kept run are; null while there are none. */
export function plotFields(run: { modelId: string; backtestId: string }, isKept: boolean) {
  const { plots, csv } = plotUris(run);
  return { plots_uri: isKept ? plots : null, data_csv_uri: isKept ? csv : null };
}

/** One schema for all stages of a run: what is not known yet is null. */
export function toBacktest(
  view: BacktestView,
  about: { estimate: JobEstimate; nowMs: number; gate?: JsonObject | null | undefined; warnings: readonly string[] },
) {
  const { run, job, status, document } = view;
  const warnings = [...run.warnings, ...about.warnings];
  const { estimate, nowMs } = about;
  const isOpen = status === 'queued' || status === 'running';
  return {
    ok: true as const,
    backtest_id: run.backtestId,
    id: run.backtestRunId,
    job_id: run.jobId,
    sweep_id: run.sweepId,
    model_id: run.modelId,
    pack_id: run.packId,
    status,
    estimated_completion: isOpen && estimate.seconds !== undefined ? toTs(nowMs + estimate.seconds * 1000) : null,
    queue_position: isOpen ? (estimate.queuePosition ?? null) : null,
    metrics: run.metrics,
    result: document === null ? null : (document['result'] ?? null),
    best_sharpe_hourly: run.bestSharpeHourly,
    best_cum_ret: run.bestCumRet,
    parity: document?.['parity'] ?? null,
    gate: about.gate ?? run.gate,
    score: run.score,
    config: run.config,
    lineage: run.lineage ?? {},
    risk_profile: run.riskProfile,
    tag: run.tag,
    trials: run.trialCount,
    saved: run.saved,
    matrix_sha: run.matrixSha,
    result_sha: run.resultSha,
    stage1_run_id: run.researchRunId,
    instrument: 'underlying_proxy',
    created_at: toTs(run.createdAtMs),
    started_at: tsOrNull(run.startedAtMs),
    finished_at: tsOrNull(run.finishedAtMs),
    ...plotFields(run, run.resultSha !== null),
    ...(run.params['qa'] === undefined ? {} : { qa: run.params['qa'] }),
    error: status === 'failed' ? failureOf(run.error ?? job?.error ?? null) : null,
    warnings,
  };
}
