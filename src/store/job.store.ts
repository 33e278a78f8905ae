/** Queries on jobs. Every change of state is a compare-and-set, so that of two workers, or a worker and a cancel, exactly one wins. */
import { type Selectable, type SqlBool, sql } from 'kysely';
import type { Json, JsonObject } from '#base/json.js';
import { type Database, jsonb } from './database.js';
import type { JobTable } from './tables/job.table.js';

export type JobStatus = JobTable['status'];

export interface JobRow {
  readonly id: string;
  readonly kind: string;
  readonly status: JobStatus;
  readonly payload: JsonObject;
  readonly result: Json | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly progress: number;
  readonly total: number;
  readonly message: string | null;
  readonly attempts: number;
  readonly attemptsMax: number;
  readonly priority: number;
  readonly surface: string;
  readonly ownerId: string | null;
  readonly subject: JsonObject;
  readonly leaseOwner: string | null;
  readonly cancelRequested: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
}

export interface NewJobRow {
  readonly id: string;
  readonly kind: string;
  readonly payload: JsonObject;
  readonly surface: string;
  readonly ownerId: string | null;
  readonly subject: JsonObject;
  readonly total: number;
  readonly attemptsMax: number;
  readonly priority: number;
  readonly dedupeKey: string | null;
  readonly message: string | null;
}

/** Gives undefined when an unfinished job with the same dedupe key, or any job with the same id, is there already. */
export async function insertJob(db: Database, job: NewJobRow): Promise<JobRow | undefined> {
  const row = await db
    .insertInto('job')
    .values({
      job_id: job.id,
      kind: job.kind,
      status: 'queued',
      payload: jsonb(job.payload),
      result: null,
      error: null,
      total: job.total,
      stages: null,
      message: job.message,
      attempts_max: job.attemptsMax,
      priority: job.priority,
      surface: job.surface,
      owner_id: job.ownerId,
      subject: jsonb(job.subject),
      dedupe_key: job.dedupeKey,
      lease_owner: null,
      lease_until: null,
      started_at: null,
      finished_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && fromRow(row);
}

export async function findJob(db: Database, id: string): Promise<JobRow | undefined> {
  const row = await db.selectFrom('job').selectAll().where('job_id', '=', id).executeTakeFirst();
  return row && fromRow(row);
}

export async function findUnfinishedJob(db: Database, dedupeKey: string): Promise<JobRow | undefined> {
  const row = await db
    .selectFrom('job')
    .selectAll()
    .where('dedupe_key', '=', dedupeKey)
    .where('status', 'in', ['queued', 'running'])
    .executeTakeFirst();
  return row && fromRow(row);
}

export interface JobSelection {
  readonly kinds?: readonly string[];
  readonly status?: JobStatus;
  readonly ownerId?: string | null;
  readonly subject?: JsonObject;
}

/** Newest first, then by id. */
export async function listJobs(
  db: Database,
  selection: JobSelection,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ items: JobRow[]; total: number }> {
  let query = db.selectFrom('job');
  if (selection.kinds) query = query.where('kind', 'in', [...selection.kinds]);
  if (selection.status) query = query.where('status', '=', selection.status);
  if (selection.ownerId === null) query = query.where('owner_id', 'is', null);
  else if (selection.ownerId) query = query.where('owner_id', '=', selection.ownerId);
  if (selection.subject) query = query.where(sql<SqlBool>`subject @> ${JSON.stringify(selection.subject)}::jsonb`);
  const [rows, count] = await Promise.all([
    query.selectAll().orderBy('created_at', 'desc').orderBy('job_id').limit(limit).offset(offset).execute(),
    query.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ]);
  return { items: rows.map(fromRow), total: Number(count.total) };
}

/** How many queued jobs stand before this one. */
export async function countJobsAhead(db: Database, job: { createdAtMs: number; id: string }): Promise<number> {
  const count = await db
    .selectFrom('job')
    .where('status', '=', 'queued')
    .where('created_at', '<', new Date(job.createdAtMs))
    .select(({ fn }) => fn.countAll<number>().as('ahead'))
    .executeTakeFirstOrThrow();
  return Number(count.ahead);
}

/** queued -> running, under a lease; undefined when somebody else has it or it was cancelled. */
export async function claimJob(
  db: Database,
  claim: { id: string; leaseOwner: string; leaseMs: number },
): Promise<JobRow | undefined> {
  const row = await db
    .updateTable('job')
    .set(({ ref }) => ({
      status: 'running' as const,
      attempts: sql<number>`${ref('attempts')} + 1`,
      lease_owner: claim.leaseOwner,
      lease_until: leaseEnd(claim.leaseMs),
      started_at: sql<Date>`coalesce(started_at, now())`,
      updated_at: sql<Date>`now()`,
      error: null,
    }))
    .where('job_id', '=', claim.id)
    .where('status', '=', 'queued')
    .returningAll()
    .executeTakeFirst();
  return row && fromRow(row);
}

/** Renews the leases of the jobs this worker runs; gives those it still holds. */
export async function renewLeases(
  db: Database,
  { leaseOwner, leaseMs }: { leaseOwner: string; leaseMs: number },
): Promise<{ id: string; cancelRequested: boolean }[]> {
  const rows = await db
    .updateTable('job')
    .set({ lease_until: leaseEnd(leaseMs) })
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

/** running -> final, by the worker that holds the lease; undefined when it lost it. At completed, progress is total. */
export async function finishJob(
  db: Database,
  { id, leaseOwner, end }: { id: string; leaseOwner: string; end: JobEnd },
): Promise<JobRow | undefined> {
  const row = await db
    .updateTable('job')
    .set({
      ...finalColumns(end),
      ...(end.status === 'completed' ? { progress: sql<number>`greatest(progress, total)` } : {}),
    })
    .where('job_id', '=', id)
    .where('lease_owner', '=', leaseOwner)
    .where('status', '=', 'running')
    .returningAll()
    .executeTakeFirst();
  return row && fromRow(row);
}

/** running -> queued, by the worker that holds the lease: the work failed in a way that another try may mend. */
export async function giveJobBack(
  db: Database,
  { id, leaseOwner }: { id: string; leaseOwner: string },
): Promise<JobRow | undefined> {
  const row = await db
    .updateTable('job')
    .set(queuedColumns())
    .where('job_id', '=', id)
    .where('lease_owner', '=', leaseOwner)
    .where('status', '=', 'running')
    .returningAll()
    .executeTakeFirst();
  return row && fromRow(row);
}

/** queued -> cancelled at once; running: the wish is noted for its worker. */
export async function requestCancel(db: Database, id: string): Promise<JobRow | undefined> {
  const cancelled = await db
    .updateTable('job')
    .set({ ...finalColumns({ status: 'cancelled', result: null, error: null }), cancel_requested: true })
    .where('job_id', '=', id)
    .where('status', '=', 'queued')
    .returningAll()
    .executeTakeFirst();
  if (cancelled) return fromRow(cancelled);
  const asked = await db
    .updateTable('job')
    .set({ cancel_requested: true, updated_at: sql<Date>`now()` })
    .where('job_id', '=', id)
    .where('status', '=', 'running')
    .returningAll()
    .executeTakeFirst();
  return asked && fromRow(asked);
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
  return row && fromRow(row);
}

/**
 * What dead workers left running: those whose lease has ended, or all of them when `isSoleOwner` says that no other
 * process can hold a lease (an embedded database that was just started).
 */
export async function reclaimLostJobs(
  db: Database,
  { isSoleOwner }: { isSoleOwner: boolean },
): Promise<{ requeued: JobRow[]; ended: JobRow[] }> {
  const lost = isSoleOwner ? sql<SqlBool>`true` : sql<SqlBool>`lease_until < now()`;
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
  return { requeued: requeued.map(fromRow), ended: ended.map(fromRow) };
}

/** Queued jobs that nobody has touched for a while: their delivery may have been lost. */
export async function listForgottenJobs(db: Database, olderThanMs: number): Promise<JobRow[]> {
  const rows = await db
    .selectFrom('job')
    .selectAll()
    .where('status', '=', 'queued')
    .where(sql<SqlBool>`updated_at < now() - ${olderThanMs} * interval '1 millisecond'`)
    .orderBy('created_at')
    .limit(100)
    .execute();
  return rows.map(fromRow);
}

export async function touchJobs(db: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('job')
    .set({ updated_at: sql<Date>`now()` })
    .where('job_id', 'in', [...ids])
    .where('status', '=', 'queued')
    .execute();
}

export async function deleteOldJobs(db: Database, olderThanDays: number): Promise<void> {
  await db
    .deleteFrom('job')
    .where('status', 'in', ['completed', 'failed', 'cancelled'])
    .where(sql<SqlBool>`finished_at < now() - ${olderThanDays} * interval '1 day'`)
    .execute();
}

const leaseEnd = (leaseMs: number) => sql<Date>`now() + ${leaseMs} * interval '1 millisecond'`;

const queuedColumns = () => ({
  status: 'queued' as const,
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

function fromRow(row: Selectable<JobTable>): JobRow {
  return {
    id: row.job_id,
    kind: row.kind,
    status: row.status,
    payload: row.payload as JsonObject,
    result: row.result,
    error: row.error,
    progress: Number(row.progress),
    total: Number(row.total),
    message: row.message,
    attempts: Number(row.attempts),
    attemptsMax: row.attempts_max,
    priority: Number(row.priority),
    surface: row.surface,
    ownerId: row.owner_id,
    subject: row.subject as JsonObject,
    leaseOwner: row.lease_owner,
    cancelRequested: row.cancel_requested,
    createdAtMs: row.created_at.getTime(),
    updatedAtMs: row.updated_at.getTime(),
    startedAtMs: row.started_at?.getTime() ?? null,
    finishedAtMs: row.finished_at?.getTime() ?? null,
  };
}
