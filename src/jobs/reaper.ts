/** The reaper: brings jobs of dead workers back to the queue, and clears away old ones. */
import type { Log } from '#base/log.js';
import { deleteOldJobs } from '#store/job.store.js';
import { tellJobs } from '#store/job-news.js';
import { reclaimLostJobs } from '#store/job-state.store.js';
import { toJob } from './job.js';
import type { JobType } from './job-type.js';
import { endOrphans, endParts, hearParts } from './parts.js';
import type { WorkerDesk } from './worker.js';

/** With the lease of 10 s a dead worker's job is queued again within 12 s. */
const REAP_EVERY_MS = 2_000;
const CLEAR_EVERY_MS = 3_600_000;
/** How long a finished job can be looked up. */
const KEEP_DAYS = 30;

export interface Reaper {
  close(): Promise<void>;
}

interface ReaperDesk {
  readonly db: WorkerDesk['db'];
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

async function reap({ db, types, log }: ReaperDesk, isSoleOwner: boolean): Promise<void> {
  const { requeued, ended } = await db.transaction().execute(async (tx) => {
    const lost = await reclaimLostJobs(tx, { isSoleOwner });
    const [back, over] = [lost.requeued.map(({ id }) => id), lost.ended.map(({ id }) => id)];
    await tellJobs(tx, 'queued', back);
    await tellJobs(tx, 'changed', over);
    await tellJobs(tx, 'lost', [...back, ...over]);
    return lost;
  });
  for (const row of requeued)
    log.info({ jobId: row.id, kind: row.kind, attempts: row.attempts }, 'a lost job is queued again');
  await endParts(
    db,
    ended.map(({ id }) => id),
  );
  await endOrphans(db);
  await hearParts(db);
  for (const row of ended) await types.find((type) => type.name === row.kind)?.afterEnd?.(toJob(row));
}
