/** Sweeps as both seeds read them (contract 13). */
import { z } from 'zod';
import type { JsonObject } from '#base/json.js';
import type { Sweep, SweepResult, SweepView } from '#services/strategy/sweep.service.js';
import { anything } from './anything.wire.js';
import { plotFields, SharedBody } from './backtest.wire.js';
import { toTs } from './job.wire.js';
import { failureOf, tsOrNull } from './train.wire.js';

export const SweepBody = z.looseObject({
  ...SharedBody,
  thresholds: anything,
  top_pct: anything,
  combine: anything,
  sweep: anything,
  thresholds_variants: anything,
  threshold_variants: anything,
  allowed_hours_variants: anything,
  hours_variants: anything,
  top_pct_variants: anything,
  min_trades: anything,
  min_sharpe: anything,
});

export const SweepWire = z.looseObject({
  ok: z.literal(true),
  sweep_id: z.string(),
  id: z.int(),
  job_id: z.string(),
  total_configs: z.int(),
  status: z.string(),
  progress: z.int(),
});

export const SweepRowWire = z.looseObject({ id: z.int(), sweep_id: z.string(), status: z.string() });
export const SweepResultWire = z.looseObject({ id: z.int(), kind: z.string(), status: z.string() });

/** What the wire calls a variant: the list as one text. */
const joined = (value: unknown) => (Array.isArray(value) ? value.join(',') : null);

/** The answer to a request: the best runs in full once there are any. */
export function toSweepAnswer(view: SweepView, runs: readonly SweepResult[], warnings: readonly string[]) {
  const { sweep } = view;
  const summary: JsonObject = sweep.summary ?? {};
  const shown = sweep.summary === null ? null : runs.map(toRun);
  return {
    ok: true as const,
    sweep_id: sweep.sweepId,
    id: sweep.sweepRunId,
    job_id: sweep.jobId,
    model_id: sweep.modelId,
    pack_id: sweep.packId,
    total_configs: sweep.totalConfigs,
    count: summary['count'] ?? null,
    filtered: summary['filtered'] ?? null,
    status: view.status,
    progress: view.progress,
    tag: sweep.tag,
    runs: shown,
    items: shown ?? [],
    best: bestOf(summary),
    report_path: sweep.reportPath,
    pbo: sweep.pbo,
    gate_passed: summary['gate_passed'] ?? null,
    lineage: sweep.lineage ?? {},
    matrix_sha: sweep.matrixSha,
    error: view.status === 'failed' ? failureOf(sweep.error ?? view.job?.error ?? null) : null,
    ...allWarnings([...((sweep.spec['warnings'] ?? []) as readonly string[]), ...warnings]),
  };
}

const allWarnings = (warnings: readonly string[]) => (warnings.length > 0 ? { warnings } : {});

function bestOf(summary: JsonObject): JsonObject | null {
  const best = summary['best'];
  return best === undefined ? null : (best as JsonObject | null);
}

function toRun({ kind, params, backtestId, metrics, gate, score, result, status }: SweepResult) {
  return {
    kind,
    thresholds: joined(params['thresholds']),
    top_pct: params['top_pct'] ?? null,
    allowed_hours: joined(params['allowed_hours']),
    backtest_id: backtestId,
    status,
    metrics,
    gate,
    score,
    result,
    res: result,
  };
}

export function toSweepRow({ sweep, status, progress }: SweepView) {
  return {
    id: sweep.sweepRunId,
    sweep_id: sweep.sweepId,
    job_id: sweep.jobId,
    pack_id: sweep.packId,
    model_id: sweep.modelId,
    tag: sweep.tag,
    status,
    progress,
    total_configs: sweep.totalConfigs,
    spec: sweep.spec,
    pbo: sweep.pbo,
    best: bestOf(sweep.summary ?? {}),
    summary: sweep.summary,
    report_path: sweep.reportPath,
    matrix_sha: sweep.matrixSha,
    lineage: sweep.lineage ?? {},
    created_at: toTs(sweep.createdAtMs),
    started_at: tsOrNull(sweep.startedAtMs),
    finished_at: tsOrNull(sweep.finishedAtMs),
    error: status === 'failed' ? failureOf(sweep.error) : null,
  };
}

export function toSweepResult(result: SweepResult, sweep: Sweep) {
  const { backtestId } = result;
  const isKept = sweep.spec['save'] === true && result.status === 'completed' && backtestId !== null;
  return {
    id: result.sweepResultId,
    kind: result.kind,
    params: result.params,
    status: result.status,
    metrics: result.metrics,
    gate: result.gate,
    score: result.score,
    csv_uri: isKept ? plotFields({ modelId: sweep.modelId, backtestId }, true).data_csv_uri : null,
    backtest_run_id: result.backtestRunId,
    backtest_id: backtestId,
    error: failureOf(result.error),
    created_at: toTs(result.createdAtMs),
  };
}
