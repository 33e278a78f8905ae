/** A job as the rest of the house sees it: its row, without what only workers need. */
import type { JobRow, JobStatus } from '#store/job.store.js';

export type { JobStatus };

export const JOB_STATUSES = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const satisfies JobStatus[];

export const isFinal = (status: JobStatus) => status === 'completed' || status === 'failed' || status === 'cancelled';

export type Job = Omit<JobRow, 'attemptsMax' | 'priority' | 'lane' | 'leaseOwner' | 'trail'>;

export function toJob(row: JobRow): Job {
  const { attemptsMax: _max, priority: _priority, lane: _lane, leaseOwner: _owner, trail: _trail, ...job } = row;
  return job;
}
