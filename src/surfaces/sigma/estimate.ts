/** How long a job that was just sent may take: for the short bodies of both dialects. */

import { errors } from '#base/errors.js';
import { isFinal, type Job } from '#jobs/job.js';
import type { Principal } from '#services/identity/principal.js';
import { getJob, type JobEstimate } from '#services/operations/job.service.js';
import type { SigmaDesk } from './desk.js';

export const UNKNOWN: JobEstimate = { queuePosition: undefined, seconds: undefined };

/** Said where no job of the kind was ever done: the least there is (contract 4). */
const SECONDS_MIN = 1;

export async function estimateOf(desk: SigmaDesk, principal: Principal, job: Job | undefined): Promise<JobEstimate> {
  if (job === undefined || isFinal(job.status)) return UNKNOWN;
  // Somebody else's equal request may stand behind this one's answer; its place in the queue is theirs to know.
  if (job.ownerId !== principal.userId) return { queuePosition: undefined, seconds: SECONDS_MIN };
  const { job: now, estimate } = await getJob(desk, principal, job.id);
  return isFinal(now.status) ? UNKNOWN : { ...estimate, seconds: estimate.seconds ?? SECONDS_MIN };
}

/** The job of a request that was just taken in, or found again. */
export async function jobOf(desk: SigmaDesk, jobId: string): Promise<Job> {
  const job = await desk.queue.find(desk.db, jobId);
  if (job === undefined) throw errors.jobMissing(jobId);
  return job;
}
