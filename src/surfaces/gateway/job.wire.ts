/** A job as the gateway says it: ours, in snake_case. */
import { z } from 'zod';
import { JOB_STATUSES, type Job } from '#jobs/job.js';

export const JobWire = z.object({
  job_id: z.string(),
  kind: z.string(),
  surface: z.string(),
  status: z.enum(JOB_STATUSES),
  progress: z.number(),
  total: z.number(),
  message: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  subject: z.record(z.string(), z.json()),
  owner_id: z.string().nullable(),
  attempts: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
});

export const toJobWire = (job: Job): z.infer<typeof JobWire> => ({
  job_id: job.id,
  kind: job.kind,
  surface: job.surface,
  status: job.status,
  progress: job.progress,
  total: job.total,
  message: job.message,
  error: job.error && { ...job.error },
  subject: { ...job.subject } as z.infer<typeof JobWire>['subject'],
  owner_id: job.ownerId,
  attempts: job.attempts,
  created_at: iso(job.createdAtMs),
  updated_at: iso(job.updatedAtMs),
  started_at: job.startedAtMs === null ? null : iso(job.startedAtMs),
  finished_at: job.finishedAtMs === null ? null : iso(job.finishedAtMs),
});

const iso = (ms: number) => new Date(ms).toISOString();
