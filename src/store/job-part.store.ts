/** Jobs in parts: a parent that waits is `running` and has no lease, so that it takes nobody's hand and no reaper thinks it lost. */
import { type Selectable, sql } from 'kysely';
import type { Database } from './database.js';
import { type JobRow, jobFromRow } from './job.store.js';
import type { JobTable } from './tables/job.table.js';

/** By id. */
export async function listParts(db: Database, parentId: string): Promise<JobRow[]> {
  const rows = await db.selectFrom('job').selectAll().where('parent_id', '=', parentId).orderBy('job_id').execute();
  return rows.map(jobFromRow);
}

/** Gives up the lease and stays running. False: somebody wants it cancelled, or the lease was lost before. */
export async function parkJob(db: Database, { id, leaseOwner }: { id: string; leaseOwner: string }): Promise<boolean> {
  const row = await db
    .updateTable('job')
    .set({ lease_owner: null, lease_until: null, updated_at: sql<Date>`now()` })
    .where('job_id', '=', id)
    .where('lease_owner', '=', leaseOwner)
    .where('status', '=', 'running')
    .where('cancel_requested', '=', false)
    .returning('job_id')
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Parents that wait move on by what their parts have done, and stand in the queue again when no part is left to wait for or one
 * came to nothing. Call after the end of a part has been committed: of two that end at once, the later caller sees both.
 * Gives those that changed. Without ids: all.
 */
export async function advanceParents(db: Database, ids?: readonly string[]): Promise<JobRow[]> {
  const { rows } = await sql<Selectable<JobTable>>`
    with parent as (
      select parent.job_id, least(parent.total, parts.done) as done, parts.is_due
      from job as parent cross join lateral (
        select coalesce(sum(total) filter (where status = 'completed'), 0) as done,
          count(*) filter (where status in ('queued', 'running')) = 0
            or count(*) filter (where status in ('failed', 'cancelled')) > 0 as is_due
        from job where job.parent_id = parent.job_id
      ) as parts
      where parent.status = 'running' and parent.lease_owner is null
        and (${ids === undefined} or parent.job_id = any(${[...(ids ?? [])]}::text[]))
    )
    update job set progress = greatest(progress, parent.done), updated_at = now(),
      status = case when parent.is_due then 'queued' else 'running' end,
      -- It goes on with the attempt that it is in.
      attempts = greatest(0, attempts - parent.is_due::integer)
    from parent
    where job.job_id = parent.job_id and job.status = 'running' and job.lease_owner is null
      and (parent.is_due or parent.done > progress)
    returning job.*`.execute(db);
  return rows.map(jobFromRow);
}

/** Parts that wait are cancelled, of those at work it is wished; gives their ids. */
export async function cancelParts(db: Database, parentIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ job_id: string }>`
    update job set cancel_requested = true, updated_at = now(),
      status = case when status = 'queued' then 'cancelled' else status end,
      finished_at = case when status = 'queued' then now() end
    where parent_id = any(${[...parentIds]}::text[]) and status in ('queued', 'running') and not cancel_requested
    returning job_id`.execute(db);
  return rows.map(({ job_id }) => job_id);
}

/** Jobs that are over before their parts: whoever ended them died before he could say so. */
export async function listOverBeforeParts(db: Database): Promise<string[]> {
  const { rows } = await sql<{ job_id: string }>`
    select distinct parent.job_id from job as part join job as parent on parent.job_id = part.parent_id
    where part.parent_id is not null and part.status in ('queued', 'running') and not part.cancel_requested
      and parent.status in ('completed', 'failed', 'cancelled')`.execute(db);
  return rows.map(({ job_id }) => job_id);
}

/** Whoever works on one of them finds its lease gone. */
export async function deleteParts(db: Database, parentId: string): Promise<void> {
  await db.deleteFrom('job').where('parent_id', '=', parentId).execute();
}
