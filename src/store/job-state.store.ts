/** How a job goes on. Every change of state is a compare-and-set, so that of two workers, or a worker and a cancel, exactly one wins. */
import { type SqlBool, sql } from 'kysely';
import type { Json } from '#base/json.js';
import { type Database, jsonb } from './database.js';
import { type JobRow, type JobStatus, jobFromRow } from './job.store.js';

/** Renews the leases of the jobs this worker runs; gives those it still holds. */
export async function renewLeases(
  db: Database,
  { ids, leaseOwner, leaseMs }: { ids: readonly string[]; leaseOwner: string; leaseMs: number },
): Promise<{ id: string; cancelRequested: boolean }[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .updateTable('job')
    .set({ lease_until: leaseEnd(leaseMs) })
    .where('job_id', 'in', ids)
    .where('lease_owner', '=', leaseOwner)
    .where('status', '=', 'running')
    .returning(['job_id', 'cancel_requested'])
    .execute();
  return rows.map((row) => ({ id: row.job_id, cancelRequested: row.cancel_requested }));
}

/** Progress only grows, whatever order the writes arrive in, and only while the lease is held. */
export async function advanceJob(
  db: Database,
  step: { id: string; leaseOwner: string; progress: number; total: number; message: string | null },
): Promise<void> {
  await db
    .updateTable('job')
    .set({
      progress: sql<number>`greatest(progress, ${step.progress}::bigint)`,
      total: sql<number>`greatest(total, ${step.total}::bigint)`,
      message: sql<string | null>`coalesce(${step.message}::text, message)`,
      updated_at: sql<Date>`now()`,
    })
    .where('job_id', '=', step.id)
    .where('lease_owner', '=', step.leaseOwner)
    .where('status', '=', 'running')
    .execute();
}

export interface JobEnd {
  readonly status: 'completed' | 'failed' | 'cancelled';
  readonly result: Json | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** queued, or waiting for its parts -> cancelled at once; at work: the wish is noted for its worker. */
export async function requestCancel(db: Database, id: string): Promise<JobRow | undefined> {
  // It may begin to wait for its parts between the two looks; then the second time finds it.
  return (await tryToCancel(db, id)) ?? tryToCancel(db, id);
}

async function tryToCancel(db: Database, id: string): Promise<JobRow | undefined> {
  const cancelled = await db
    .updateTable('job')
    .set({ ...finalColumns({ status: 'cancelled', result: null, error: null }), cancel_requested: true })
    .where('job_id', '=', id)
    .where(sql<SqlBool>`(status = 'queued' or (status = 'running' and lease_owner is null))`)
    .returningAll()
    .executeTakeFirst();
  if (cancelled) return jobFromRow(cancelled);
  const asked = await db
    .updateTable('job')
    .set({ cancel_requested: true, updated_at: sql<Date>`now()` })
    .where('job_id', '=', id)
    .where('status', '=', 'running')
    .where('lease_owner', 'is not', null)
    .returningAll()
    .executeTakeFirst();
  return asked && jobFromRow(asked);
}

/** failed or cancelled -> queued, with its count of attempts begun anew. */
export async function requeueFinishedJob(db: Database, id: string): Promise<JobRow | undefined> {
  const row = await db
    .updateTable('job')
    .set({
      ...queuedColumns(),
      error: null,
      result: null,
      cancel_requested: false,
      attempts_max: sql<number>`attempts_max + attempts`,
      finished_at: null,
    })
    .where('job_id', '=', id)
    .where('status', 'in', ['failed', 'cancelled'])
    .returningAll()
    .executeTakeFirst();
  return row && jobFromRow(row);
}

/**
 * What dead workers left running: those whose lease has ended, or all of them when `isSoleOwner` says that no other
 * process can hold a lease (an embedded database that was just started).
 */
export async function reclaimLostJobs(
  db: Database,
  { isSoleOwner }: { isSoleOwner: boolean },
): Promise<{ requeued: JobRow[]; ended: JobRow[] }> {
  // What waits for its parts has no lease, and is not lost.
  const lost = isSoleOwner ? sql<SqlBool>`lease_owner is not null` : sql<SqlBool>`lease_until < now()`;
  const ended = await db
    .updateTable('job')
    .set({
      status: sql<JobStatus>`case when cancel_requested then 'cancelled' else 'failed' end`,
      error: sql<{ code: string; message: string } | null>`case when cancel_requested then null
        else jsonb_build_object('code', 'interrupted', 'message', 'Interrupted by restart') end`,
      lease_owner: null,
      lease_until: null,
      finished_at: sql<Date>`now()`,
      updated_at: sql<Date>`now()`,
    })
    .where('status', '=', 'running')
    .where(lost)
    .where(sql<SqlBool>`(cancel_requested or attempts >= attempts_max)`)
    .returningAll()
    .execute();
  const requeued = await db
    .updateTable('job')
    .set(queuedColumns())
    .where('status', '=', 'running')
    .where(lost)
    .returningAll()
    .execute();
  return { requeued: requeued.map(jobFromRow), ended: ended.map(jobFromRow) };
}

const leaseEnd = (leaseMs: number) => sql<Date>`now() + ${leaseMs} * interval '1 millisecond'`;

const queuedColumns = () => ({
  status: 'queued' as const,
  not_before: null,
  lease_owner: null,
  lease_until: null,
  updated_at: sql<Date>`now()`,
});

const finalColumns = (end: JobEnd) => ({
  status: end.status,
  result: end.result === null ? null : jsonb(end.result),
  error: end.error === null ? null : jsonb(end.error),
  lease_owner: null,
  lease_until: null,
  finished_at: sql<Date>`now()`,
  updated_at: sql<Date>`now()`,
});
