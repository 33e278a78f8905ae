/** Pipeline jobs on the wire (umiki.md 3). */
import { z } from 'zod';
import type { JobStatus } from '#jobs/job.js';
import type { PipelineJob, PipelineStep } from '#services/market/pipeline.service.js';
import { STAGES } from '#services/market/vocabulary.js';
import { datasetField, dateField, iso, isoOrNull, sliceFields, symbolField } from './fields.js';

const WORDS = {
  queued: 'pending',
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
} as const satisfies Record<JobStatus, string>;

export const StatusWord = z.enum(['pending', 'running', 'completed', 'failed', 'cancelled']);

export const statusOf = (word: z.infer<typeof StatusWord> | undefined): JobStatus | undefined =>
  (Object.keys(WORDS) as JobStatus[]).find((status) => WORDS[status] === word);

export const JobQuery = z.object({ ...sliceFields, status: StatusWord.optional() });

const StageWord = z.enum(STAGES);
const dateSpan = z
  .object({ start: dateField, end: dateField })
  .refine(({ start, end }) => start <= end, 'start is not after end');

export const JobPost = z.object({
  spec: z.union([z.string(), z.record(z.string(), z.json())]).nullish(),
  stages: z.array(StageWord).min(1).nullish(),
  symbols: z.array(symbolField).max(1000).nullish(),
  extended: z.boolean().optional(),
  force: z.boolean().optional(),
  dataset: datasetField.optional(),
  dates: z.union([z.array(dateField).min(1).max(3660), dateSpan]).nullish(),
});

export const JobSentWire = z.object({
  id: z.string(),
  status: StatusWord,
  stages: z.array(z.string()),
  created_at: z.string(),
});

const ProgressWire = z.object({ done: z.number(), total: z.number(), current: z.string().nullable() });

export const JobWire = z.object({
  id: z.string(),
  status: StatusWord,
  stages: z.array(z.string()),
  spec_path: z.string().nullable(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  error: z.string().nullable(),
  symbols: z.array(z.string()).nullable(),
  dataset: z.string(),
  dates: z.union([z.array(z.string()), z.object({ start: z.string(), end: z.string() })]).nullable(),
  extended: z.boolean(),
  force: z.boolean(),
  progress: ProgressWire,
});

export const JobDetailWire = JobWire.extend({
  steps: z.array(
    z.object({
      stage: z.string(),
      symbol: z.string(),
      date: z.string(),
      status: z.enum(['pending', 'running', 'completed', 'skipped', 'failed']),
      started_at: z.string().nullable(),
      finished_at: z.string().nullable(),
      n_records: z.number().nullable(),
      message: z.string().nullable(),
    }),
  ),
});

export const JobLogWire = z.object({
  id: z.string(),
  lines: z.array(z.object({ ts: z.string(), level: z.string(), message: z.string() })),
});

export const toSentWire = ({ job, payload }: PipelineJob): z.infer<typeof JobSentWire> => ({
  id: job.id,
  status: WORDS[job.status],
  stages: [...payload.stages],
  created_at: iso(job.createdAtMs),
});

export const toJobWire = ({ job, payload, count }: PipelineJob): z.infer<typeof JobWire> => ({
  id: job.id,
  status: WORDS[job.status],
  stages: [...payload.stages],
  spec_path: payload.spec_path,
  created_at: iso(job.createdAtMs),
  started_at: isoOrNull(job.startedAtMs),
  finished_at: isoOrNull(job.finishedAtMs),
  error: job.error?.message ?? null,
  symbols: payload.symbols === null ? null : [...payload.symbols],
  dataset: payload.dataset,
  dates: payload.dates,
  extended: payload.extended,
  force: payload.force,
  progress: count,
});

export const toJobDetailWire = (
  view: PipelineJob & { readonly steps: readonly PipelineStep[] },
): z.infer<typeof JobDetailWire> => ({
  ...toJobWire(view),
  steps: view.steps.map((step) => ({
    stage: step.stage,
    symbol: step.symbol,
    date: step.date,
    status: step.status,
    started_at: isoOrNull(step.startedAtMs),
    finished_at: isoOrNull(step.finishedAtMs),
    n_records: step.nRecords,
    message: step.message,
  })),
});
