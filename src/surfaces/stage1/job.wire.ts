/** Jobs on the wire: capitals, payload and result as text that holds JSON, times without Z (stage1.md 7). */
import { z } from 'zod';
import { JOB_STATUSES, type Job, type JobStatus } from '#jobs/job.js';
import { isoSeconds, isoSecondsOrNull } from './times.js';

const WORDS: Record<JobStatus, string> = {
  queued: 'PENDING',
  running: 'RUNNING',
  completed: 'COMPLETED',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
};

export const JobWire = z.looseObject({
  job_id: z.string(),
  job_type: z.string(),
  status: z.string(),
  payload: z.string(),
  progress: z.number(),
  total: z.number(),
  result: z.string().nullable(),
  error: z.string().nullable(),
  message: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  started_at: z.string().nullable(),
  completed_at: z.string().nullable(),
});

/** Any case; undefined for a word that is no status. */
export const jobStatusOf = (word: string): JobStatus | undefined =>
  JOB_STATUSES.find((status) => WORDS[status] === word.toUpperCase());

export const toJobWire = (job: Job): z.infer<typeof JobWire> => ({
  job_id: job.id,
  job_type: job.kind,
  status: WORDS[job.status],
  payload: JSON.stringify(job.payload),
  progress: job.progress,
  total: job.total,
  result: job.result === null ? null : JSON.stringify(job.result),
  error: job.error?.message ?? null,
  message: job.message ?? '',
  created_at: isoSeconds(job.createdAtMs),
  updated_at: isoSeconds(job.updatedAtMs),
  started_at: isoSecondsOrNull(job.startedAtMs),
  completed_at: isoSecondsOrNull(job.finishedAtMs),
});
