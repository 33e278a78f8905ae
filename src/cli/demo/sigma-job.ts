/** Work that Sigma does as a job: sent, watched, and read when it is done. */
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from '@almanac/sdk';
import { z } from 'zod';
import type { Progress } from '../screen.js';
import type { Journey } from './journey.js';

const Accepted = z.object({ job_id: z.string() });
const Job = z.object({
  status: z.enum(['queued', 'running', 'completed', 'failed', 'cancelled']),
  progress: z.number(),
  error: z.object({ code: z.string(), message: z.string() }).nullish(),
});

const POLL_MS = 150;

/** Gives what was answered at once; the job is completed when this resolves. Throws when it failed. */
export async function runJob(
  { sigma, signal }: Pick<Journey, 'sigma' | 'signal'>,
  path: string,
  body: object,
  progress: Progress,
): Promise<unknown> {
  const accepted = await call(sigma.options, 'POST', path, { body, headers: { prefer: 'respond-async' } });
  const { job_id: id } = Accepted.parse(accepted);
  for (;;) {
    const job = Job.parse(await sigma.getJobsByJobId({ path: { job_id: id } }));
    progress.update(job.progress, 100);
    if (job.status === 'completed') return accepted;
    if (job.status === 'failed' || job.status === 'cancelled')
      throw new Error(job.error?.message ?? `The job ${id} was ${job.status}`);
    signal.throwIfAborted();
    await sleep(POLL_MS);
  }
}
