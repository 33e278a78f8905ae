/** Writes how far a job is: at most every 200 ms, one write after another, and the last word always. */
import type { Kysely } from 'kysely';
import type { Log } from '#base/log.js';
import type { Tables } from '#store/database.js';
import type { JobRow } from '#store/job.store.js';
import { tellJobs } from '#store/job-news.js';
import { advanceJob } from '#store/job-state.store.js';

/** Five steps a second are all that anybody sees. */
const PROGRESS_EVERY_MS = 200;

export interface ProgressWriter {
  tell(done: number, total: number, message?: string): void;
  flush(): Promise<void>;
}

export function progressWriter(
  { db, name, log }: { db: Kysely<Tables>; name: string; log: Log },
  row: JobRow,
): ProgressWriter {
  let next: { done: number; total: number; message: string | null } | undefined;
  let writing: Promise<void> | undefined;
  let wroteAtMs = 0;

  async function write(): Promise<void> {
    const step = next;
    if (step === undefined) return;
    next = undefined;
    wroteAtMs = performance.now();
    await advanceJob(db, {
      id: row.id,
      leaseOwner: name,
      progress: step.done,
      total: step.total,
      message: step.message,
    });
    await tellJobs(db, 'changed', [row.id]);
  }

  const guarded = () =>
    write().catch((error) => log.warn({ jobId: row.id, error: String(error) }, 'progress could not be written'));

  return {
    tell(done, total, message) {
      next = { done: Math.floor(done), total: Math.floor(total), message: message ?? null };
      if (writing !== undefined || performance.now() - wroteAtMs < PROGRESS_EVERY_MS) return;
      writing = guarded().finally(() => {
        writing = undefined;
      });
    },
    async flush() {
      if (writing !== undefined) await writing;
      if (next !== undefined) await guarded();
    },
  };
}
