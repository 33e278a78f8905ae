/** Pipeline jobs of umiki, as the command line drives them: sent, watched step by step, cancelled when asked. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, call, type UmikiClient } from '@almanac/sdk';
import { z } from 'zod';
import type { Progress } from '../screen.js';

/** What `POST /api/jobs` takes (umiki.md 3); what is absent is left to the spec. */
export interface PipelineWish {
  /** YAML or JSON text, or the object itself. */
  readonly spec: string | object;
  readonly stages?: readonly string[];
  readonly symbols?: readonly string[];
  readonly dates?: readonly string[] | { readonly start: string; readonly end: string };
  readonly dataset?: string;
  readonly extended?: boolean;
  readonly force?: boolean;
}

const Step = z.object({
  stage: z.string(),
  symbol: z.string(),
  date: z.string(),
  status: z.enum(['pending', 'running', 'completed', 'skipped', 'failed']),
  started_at: z.string().nullable(),
  finished_at: z.string().nullable(),
  n_records: z.number().nullable(),
  message: z.string().nullable(),
});
export type PipelineStep = z.infer<typeof Step>;

const Job = z.object({
  id: z.string(),
  status: z.enum(['pending', 'running', 'completed', 'failed', 'cancelled']),
  stages: z.array(z.string()),
  error: z.string().nullable(),
  progress: z.object({ done: z.number(), total: z.number(), current: z.string().nullable() }),
  steps: z.array(Step),
});
export type PipelineJob = z.infer<typeof Job>;

const Sent = z.object({ id: z.string() });

export async function sendPipeline(umiki: UmikiClient, wish: PipelineWish): Promise<string> {
  return Sent.parse(await call(umiki.options, 'POST', '/api/jobs', { body: wish })).id;
}

const POLL_MS = 150;
/** A job of thousands of steps is long to tell: asking takes at most this share of the time. */
const POLL_SHARE = 0.2;

/** Resolves with the jobs when all are final. A stop asked for cancels them, and they are still waited for. */
export async function watchPipelines(
  umiki: UmikiClient,
  ids: readonly string[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<PipelineJob[]> {
  let isCancelled = false;
  for (;;) {
    const askedMs = performance.now();
    const jobs = await Promise.all(ids.map((id) => readJob(umiki, id)));
    const tookMs = performance.now() - askedMs;
    const sum = (of: (job: PipelineJob) => number) => jobs.reduce((total, job) => total + of(job), 0);
    const current = jobs.flatMap((job) => job.progress.current ?? []);
    progress.update(
      sum((job) => job.progress.done),
      sum((job) => job.progress.total),
      current.join(', '),
    );
    if (jobs.every(isFinal)) return jobs;
    if (signal?.aborted === true && !isCancelled) {
      isCancelled = true;
      for (const job of jobs) if (!isFinal(job)) await cancel(umiki, job.id);
    }
    await sleep(Math.max(POLL_MS, tookMs / POLL_SHARE));
  }
}

const isFinal = ({ status }: PipelineJob) => status !== 'pending' && status !== 'running';

const readJob = async (umiki: UmikiClient, id: string): Promise<PipelineJob> =>
  Job.parse(await call(umiki.options, 'GET', '/api/jobs/{id}', { path: { id } }));

async function cancel(umiki: UmikiClient, id: string): Promise<void> {
  try {
    await call(umiki.options, 'POST', '/api/jobs/{id}/cancel', { path: { id } });
  } catch (error) {
    // It ended by itself in between.
    if (!(error instanceof ApiError && error.status === 409)) throw error;
  }
}
