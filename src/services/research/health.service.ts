/** Whether the two stores answer, and how busy the jobs are. */
import { AppError } from '#base/errors.js';
import { ping } from '#store/database.js';
import type { ResearchDesk } from './desk.js';

export interface Health {
  readonly metadata: { readonly ok: boolean };
  readonly timeseries: { readonly ok: boolean; readonly backend: string };
  /** Null when the metadata store does not answer. */
  readonly runningJobs: number | null;
  readonly queuedJobs: number | null;
}

/** A store that takes longer than this is not ready, whatever it says later. */
const PATIENCE_MS = 2_000;

export async function checkHealth(desk: Pick<ResearchDesk, 'db' | 'measurements' | 'queue'>): Promise<Health> {
  const [metadata, timeseries, runningJobs, queuedJobs] = await Promise.all([
    answers(ping(desk.db)),
    answers(desk.measurements.query('SELECT 1', { rowsMax: 1, timeoutMs: PATIENCE_MS })),
    countOf(desk, 'running'),
    countOf(desk, 'queued'),
  ]);
  return {
    metadata: { ok: metadata },
    timeseries: { ok: timeseries, backend: desk.measurements.backend },
    runningJobs,
    queuedJobs,
  };
}

async function answers(question: Promise<unknown>): Promise<boolean> {
  return (await inTime(question)) !== undefined;
}

async function countOf(desk: Pick<ResearchDesk, 'db' | 'queue'>, status: 'running' | 'queued'): Promise<number | null> {
  const page = await inTime(desk.queue.list(desk.db, { status }, { limit: 1, offset: 0 }));
  return page?.total ?? null;
}

/** Undefined when it fails as an unavailable store fails, or takes too long: that is the answer we are asked for. */
async function inTime<T>(question: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, undefined);
  });
  try {
    return await Promise.race([question, patience]);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
