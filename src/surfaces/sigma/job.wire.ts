/** The job object of contract 4, and which of our job kinds Sigma knows under which name. */
import { z } from 'zod';
import { JOB_STATUSES, type Job } from '#jobs/job.js';
import type { JobEstimate, JobWithEstimate } from '#services/operations/job.service.js';

/** Ours to Sigma's. Kinds that are not here are none of this surface's business. */
export const SIGMA_KINDS: Readonly<Record<string, string>> = {
  build_matrix: 'build_matrix',
  build_stock_matrix: 'build_matrix',
  train: 'train',
  backtest: 'backtest',
  backtest_sweep: 'sweep',
  sweep: 'sweep',
  calibrate: 'calibrate',
  scan: 'scan',
  overlay: 'overlay',
  signals: 'signals',
};

/** Our kinds behind one of Sigma's names; the name itself when it is unknown, which then matches nothing. */
export function kindsOf(sigmaKind: string): string[] {
  const kinds = Object.keys(SIGMA_KINDS).filter((kind) => SIGMA_KINDS[kind] === sigmaKind);
  return kinds.length > 0 ? kinds : [`unknown ${sigmaKind}`];
}

const RESOURCES: Readonly<Record<string, { type: string; url: (id: string) => string }>> = {
  train: { type: 'training_run', url: (id) => `/train/jobs/${id}` },
  backtest: { type: 'backtest', url: (id) => `/backtests/${id}` },
  sweep: { type: 'sweep', url: (id) => `/sweeps/${id}` },
};

export const JobWire = z.object({
  job_id: z.string(),
  kind: z.string(),
  status: z.enum(JOB_STATUSES),
  /** Percent, whole. */
  progress: z.int(),
  message: z.string().nullable(),
  model_id: z.string().nullable(),
  pack_id: z.string().nullable(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  queue_position: z.int().optional(),
  estimated_time: z.int().optional(),
  estimated_completion: z.string().optional(),
  attempts: z.int(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  resource: z.object({ type: z.string(), id: z.string(), url: z.string() }),
  user_id: z.string().nullable(),
});

/** RFC 3339 UTC with whole seconds. */
export const toTs = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export function toJobWire({ job, estimate }: JobWithEstimate, nowMs: number): z.infer<typeof JobWire> {
  const kind = SIGMA_KINDS[job.kind] ?? job.kind;
  const resource = RESOURCES[kind] ?? { type: 'job', url: (id: string) => `/jobs/${id}` };
  return {
    job_id: job.id,
    kind,
    status: job.status,
    progress: percentOf(job),
    message: job.message,
    model_id: textOf(job.subject['model_id']),
    pack_id: textOf(job.subject['pack_id']),
    created_at: toTs(job.createdAtMs),
    started_at: job.startedAtMs === null ? null : toTs(job.startedAtMs),
    finished_at: job.finishedAtMs === null ? null : toTs(job.finishedAtMs),
    ...estimateWire(estimate, nowMs),
    attempts: job.attempts,
    error: job.error && { code: job.error.code.toUpperCase(), message: job.error.message },
    resource: { type: resource.type, id: job.id, url: resource.url(encodeURIComponent(job.id)) },
    user_id: job.ownerId,
  };
}

function estimateWire({ queuePosition, seconds }: JobEstimate, nowMs: number) {
  return {
    ...(queuePosition === undefined ? {} : { queue_position: queuePosition }),
    ...(seconds === undefined ? {} : { estimated_time: seconds, estimated_completion: toTs(nowMs + seconds * 1000) }),
  };
}

const percentOf = ({ status, progress, total }: Job) =>
  status === 'completed' ? 100 : total > 0 ? Math.min(100, Math.max(0, Math.floor((100 * progress) / total))) : 0;

const textOf = (value: unknown) => (typeof value === 'string' ? value : null);
