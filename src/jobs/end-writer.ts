/**
 * Writes how jobs ended. What ends while a write is under way goes into the next one: one job waits for nobody, and a thousand
 * that end together share a few commits.
 */
import type { Kysely } from 'kysely';
import type { Log } from '#base/log.js';
import type { Tables } from '#store/database.js';
import type { JobRow } from '#store/job.store.js';
import { BATCH_MAX, type EndedJob, finishJobs } from '#store/job-claim.store.js';

export interface EndWriter {
  /** Resolves when the end is written: with the row, or with undefined when the lease was lost before. */
  write(ended: EndedJob): Promise<JobRow | undefined>;
}

interface Waiting {
  readonly ended: EndedJob;
  resolve(row: JobRow | undefined): void;
  reject(error: unknown): void;
}

export function makeEndWriter({ db, name, log }: { db: Kysely<Tables>; name: string; log: Log }): EndWriter {
  const waiting: Waiting[] = [];
  let isWriting = false;

  async function writeAll() {
    isWriting = true;
    while (waiting.length > 0) await writeSome(waiting.splice(0, BATCH_MAX));
    isWriting = false;
  }

  async function writeSome(some: readonly Waiting[]): Promise<void> {
    try {
      const rows = new Map(
        (
          await finishJobs(
            db,
            name,
            some.map(({ ended }) => ended),
          )
        ).map((row) => [row.id, row]),
      );
      for (const { ended, resolve } of some) resolve(rows.get(ended.id));
    } catch (error) {
      if (some.length === 1) return some[0]!.reject(error);
      // One result that the database will not have must not cost its neighbours theirs.
      log.debug({ jobs: some.length, error: String(error) }, 'ends could not be written together; one by one then');
      for (const one of some) await writeSome([one]);
    }
  }

  return {
    write: (ended) =>
      new Promise((resolve, reject) => {
        waiting.push({ ended, resolve, reject });
        if (!isWriting) void writeAll();
      }),
  };
}
