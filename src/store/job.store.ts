/** Queries on jobs; how they change is in job-state.store.ts, how they are taken in job-claim.store.ts. */
import { type Selectable, type SqlBool, sql } from 'kysely';
import type { Json, JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import { type Database, jsonb } from './database.js';
import { readPage } from './read-page.js';
import type { JobTable } from './tables/job.table.js';

/** What a tracer needs to know of the sender; see #base/trail.js. */
type Carrier = Readonly<Record<string, string>>;

export type JobStatus = JobTable['status'];

/** `measurements`: only a process that may write the measurement store takes it. */
export type Lane = 'general' | 'measurements';
export const LANES = ['general', 'measurements'] as const satisfies Lane[];

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
  readonly lane: Lane;
  readonly surface: string;
  readonly ownerId: string | null;
  readonly subject: JsonObject;
  /** Whose part it is; such jobs are in no list. */
  readonly parentId: string | null;
  readonly leaseOwner: string | null;
  /** Whose child its trace is. */
  readonly trail: Carrier | null;
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
  readonly lane: Lane;
  readonly dedupeKey: string | null;
  readonly parentId: string | null;
  readonly trail: Carrier | null;
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
      lane: job.lane,
      surface: job.surface,
      owner_id: job.ownerId,
      subject: jsonb(job.subject),
      dedupe_key: job.dedupeKey,
      parent_id: job.parentId,
      trail: job.trail === null ? null : jsonb(job.trail),
      lease_owner: null,
      lease_until: null,
      started_at: null,
      finished_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && jobFromRow(row);
}

export async function findJob(db: Database, id: string): Promise<JobRow | undefined> {
  const row = await db.selectFrom('job').selectAll().where('job_id', '=', id).executeTakeFirst();
  return row && jobFromRow(row);
}

/** In no order. */
export async function listJobsById(db: Database, ids: readonly string[]): Promise<JobRow[]> {
  const rows = await db
    .selectFrom('job')
    .selectAll()
    .where(sql<SqlBool>`job_id = any(${[...ids]}::text[])`)
    .execute();
  return rows.map(jobFromRow);
}

export async function findUnfinishedJob(db: Database, dedupeKey: string): Promise<JobRow | undefined> {
  const row = await db
    .selectFrom('job')
    .selectAll()
    .where('dedupe_key', '=', dedupeKey)
    .where('status', 'in', ['queued', 'running'])
    .executeTakeFirst();
  return row && jobFromRow(row);
}

export interface JobFilter {
  readonly kinds?: readonly string[] | undefined;
  readonly status?: JobStatus | undefined;
  /** Null: only jobs of nobody. */
  readonly ownerId?: string | null | undefined;
  /** Members the job's subject must hold: `{ model_id: 'aapl_eq_swing_daily' }`. */
  readonly subject?: JsonObject | undefined;
}

/** Newest first, then by id. Parts belong to their job and are not listed. */
export async function listJobs(db: Database, filter: JobFilter, page: PageRequest): Promise<Page<JobRow>> {
  let query = db.selectFrom('job').where('parent_id', 'is', null);
  if (filter.kinds !== undefined) query = query.where('kind', 'in', [...filter.kinds]);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  if (filter.ownerId === null) query = query.where('owner_id', 'is', null);
  else if (filter.ownerId !== undefined) query = query.where('owner_id', '=', filter.ownerId);
  if (filter.subject !== undefined)
    query = query.where(sql<SqlBool>`subject @> ${JSON.stringify(filter.subject)}::jsonb`);
  return readPage(
    query,
    page,
    (matching) => matching.selectAll().orderBy('created_at', 'desc').orderBy('job_id'),
    jobFromRow,
  );
}

export async function deleteOldJobs(db: Database, olderThanDays: number): Promise<void> {
  await db
    .deleteFrom('job')
    .where('status', 'in', ['completed', 'failed', 'cancelled'])
    .where(sql<SqlBool>`finished_at < now() - ${olderThanDays} * interval '1 day'`)
    .execute();
}

export function jobFromRow(row: Selectable<JobTable>): JobRow {
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
    lane: row.lane,
    surface: row.surface,
    ownerId: row.owner_id,
    subject: row.subject as JsonObject,
    parentId: row.parent_id,
    leaseOwner: row.lease_owner,
    trail: row.trail,
    cancelRequested: row.cancel_requested,
    createdAtMs: row.created_at.getTime(),
    updatedAtMs: row.updated_at.getTime(),
    startedAtMs: row.started_at?.getTime() ?? null,
    finishedAtMs: row.finished_at?.getTime() ?? null,
  };
}
