/** Jobs as people ask for them: whose they are, and how long they will take. */
import { errors } from '#base/errors.js';
import type { Page, PageRequest } from '#base/page.js';
import type { Job } from '#jobs/job.js';
import type { JobFilter, JobQueue } from '#jobs/queue.js';
import type { Principal } from '#services/identity/principal.js';
import type { Database } from '#store/database.js';
import { medianDurations, queuePositions } from '#store/job-timing.store.js';

export interface JobDesk {
  readonly db: Database;
  readonly queue: JobQueue;
}

export interface JobEstimate {
  /** Jobs ahead in the queue + 1; undefined when it is not queued. */
  readonly queuePosition: number | undefined;
  /** Median of the last 20 of its kind times its place in the queue, at least 1; undefined when final or never done before. */
  readonly seconds: number | undefined;
}

export type JobWithEstimate = { readonly job: Job; readonly estimate: JobEstimate };

/** Admins list all jobs, signed-in users their own, the local user those of nobody. */
export async function listJobs(
  desk: JobDesk,
  who: Principal,
  filter: JobFilter,
  page: PageRequest,
): Promise<Page<JobWithEstimate>> {
  const mine = who.role === 'admin' ? filter : { ...filter, ownerId: who.userId };
  const { items, total } = await desk.queue.list(desk.db, mine, page);
  return { items: await withEstimates(desk, items), total };
}

/** Errors: jobMissing, also for somebody else's job: whether it exists is nobody's business. */
export async function getJob(desk: JobDesk, who: Principal, id: string): Promise<JobWithEstimate> {
  const job = await desk.queue.find(desk.db, id);
  if (job === undefined || !maySee(who, job)) throw errors.jobMissing(id);
  return (await withEstimates(desk, [job]))[0]!;
}

/** Errors: jobMissing, jobNotRetryable. */
export async function retryJob(desk: JobDesk, who: Principal, id: string): Promise<Job> {
  await getJob(desk, who, id);
  const job = await desk.queue.retry(desk.db, id);
  desk.queue.wake();
  return job;
}

/** Errors: jobMissing, jobFinal. */
export async function cancelJob(desk: JobDesk, who: Principal, id: string): Promise<Job> {
  await getJob(desk, who, id);
  return desk.queue.cancel(desk.db, id);
}

/** A job of nobody was started without a sign-in and is there for everyone on the install. */
export const maySee = (who: Principal, job: Job) =>
  who.role === 'admin' || job.ownerId === null || job.ownerId === who.userId;
async function withEstimates(desk: JobDesk, jobs: readonly Job[]): Promise<JobWithEstimate[]> {
  const open = jobs.filter(({ status }) => status === 'queued' || status === 'running');
  const [places, medians] = await Promise.all([
    queuePositions(
      desk.db,
      open.map(({ id }) => id),
    ),
    medianDurations(desk.db, [...new Set(open.map(({ kind }) => kind))]),
  ]);
  return jobs.map((job) => {
    const queuePosition = places.get(job.id);
    const median = open.includes(job) ? medians.get(job.kind) : undefined;
    const seconds = median === undefined ? undefined : Math.max(1, Math.ceil(median * ((queuePosition ?? 0) + 1)));
    return { job, estimate: { queuePosition, seconds } };
  });
}
