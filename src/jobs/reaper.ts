/** The reaper: brings jobs of dead workers back to the queue, sends again what was never delivered, and clears away old ones. */
import type { Log } from '#base/log.js';
import type { Database } from '#store/database.js';
import { deleteOldJobs, type JobRow, listForgottenJobs } from '#store/job.store.js';
import { reclaimLostJobs, touchJobs } from '#store/job-state.store.js';
import type { JobType } from './job-type.js';
import { tellJobChanged } from './listen.js';
import { type OpenQueue, toJob } from './open-queue.js';
import type { WorkerDesk } from './worker.js';

/** With the lease of 10 s a dead worker's job is queued again within 12 s. */
const REAP_EVERY_MS = 2_000;
/** A queued job untouched for so long is sent once more; a second message for the same job is stale and does nothing. */
const FORGOTTEN_AFTER_MS = 15_000;
const CLEAR_EVERY_MS = 3_600_000;
/** How long a finished job can be looked up. */
const KEEP_DAYS = 30;

export interface Reaper {
  close(): Promise<void>;
}

interface ReaperDesk {
  readonly db: WorkerDesk['db'];
  readonly queue: OpenQueue;
  readonly types: readonly JobType[];
  readonly log: Log;
}

/** With `isSoleOwner` (no other process can work on this database) all running jobs are taken back at once. */
export async function startReaper(desk: ReaperDesk, { isSoleOwner }: { isSoleOwner: boolean }): Promise<Reaper> {
  await reap(desk, isSoleOwner);
  let turn = Promise.resolve();
  const inTurn = (work: () => Promise<void>, what: string) => {
    turn = turn.then(work).catch((error) => desk.log.warn({ error: String(error) }, what));
  };
  const reaping = setInterval(
    () => inTurn(() => reap(desk, false), 'lost jobs could not be brought back'),
    REAP_EVERY_MS,
  );
  const clearing = setInterval(
    () => inTurn(() => deleteOldJobs(desk.db, KEEP_DAYS), 'old jobs could not be cleared'),
    CLEAR_EVERY_MS,
  );
  return {
    async close() {
      clearInterval(reaping);
      clearInterval(clearing);
      await turn;
    },
  };
}

async function reap({ db, queue, types, log }: ReaperDesk, isSoleOwner: boolean): Promise<void> {
  const { requeued, ended } = await db.transaction().execute(async (tx) => {
    const lost = await reclaimLostJobs(tx, { isSoleOwner });
    const forgotten = await listForgottenJobs(tx, FORGOTTEN_AFTER_MS);
    await touchJobs(
      tx,
      forgotten.map((row) => row.id),
    );
    for (const row of [...lost.requeued, ...forgotten]) await resend(tx, queue, row);
    for (const row of lost.ended) await tellJobChanged(tx, row.id);
    return lost;
  });
  for (const row of requeued)
    log.info({ jobId: row.id, kind: row.kind, attempts: row.attempts }, 'a lost job is queued again');
  for (const row of ended) await types.find((type) => type.name === row.kind)?.afterEnd?.(toJob(row));
}

async function resend(tx: Database, queue: OpenQueue, row: JobRow) {
  await queue.delivery.send(tx, queue.laneOf(row.kind), row.id, { priority: row.priority });
  await tellJobChanged(tx, row.id);
}
