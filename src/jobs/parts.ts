/** Jobs in parts: how a parent hears of them, and how they end with it. */
import type { Database } from '#store/database.js';
import { tellJobs } from '#store/job-news.js';
import { advanceParents, cancelParts, listOverBeforeParts } from '#store/job-part.store.js';

/** After the end of a part: its parent moves on, or is queued again. Without ids: all that wait. */
export async function hearParts(db: Database, parentIds?: readonly string[]): Promise<void> {
  const changed = await advanceParents(db, parentIds);
  const idsOf = (isQueued: boolean) =>
    changed.filter(({ status }) => (status === 'queued') === isQueued).map(({ id }) => id);
  await tellJobs(db, 'queued', idsOf(true));
  await tellJobs(db, 'changed', idsOf(false));
}

/** After a job ended otherwise than completed. */
export async function endParts(db: Database, parentIds: readonly string[]): Promise<void> {
  if (parentIds.length > 0) await tellJobs(db, 'cancel', await cancelParts(db, parentIds));
}

/** What a crash between the end of a job and that of its parts left. */
export const endOrphans = async (db: Database): Promise<void> => endParts(db, await listOverBeforeParts(db));
