/** What workers do to jobs: take the next ones, end them, give them back. All of it in batches, each one statement and one commit. */
import { type RawBuilder, type Selectable, sql } from 'kysely';
import { assert } from '#base/assert.js';
import type { Database } from './database.js';
import { type JobRow, jobFromRow, type Lane } from './job.store.js';
import { tellOf } from './job-news.js';
import type { JobEnd } from './job-state.store.js';
import type { JobTable } from './tables/job.table.js';

/** More in one statement would not fit into one piece of news. */
export const BATCH_MAX = 100;

export interface Claim {
  readonly lanes: readonly Lane[];
  readonly count: number;
  readonly leaseOwner: string;
  readonly leaseMs: number;
  /** Nothing is taken while the server of this database runs other code. Null: whoever asks is that server. */
  readonly codeVersion: string | null;
}

/**
 * queued -> running, under a lease: the highest priority first; among equals whose owner has least in work, counting what
 * he would get here; then the oldest. Rows that another worker is taking at this moment are passed over, so that an empty answer
 * may mean "all taken by others just now".
 *
 * Tells nobody and does not wait for the disk: news in a transaction makes all commits wait for each other's. Should a crash of the
 * database forget a claim, the job is queued again, and whoever began it finds its lease gone.
 */
export async function claimJobs(db: Database, claim: Claim): Promise<JobRow[]> {
  assert(claim.count >= 1 && claim.count <= BATCH_MAX, 'a claim has 1 to 100 jobs');
  const served = sql`(${claim.codeVersion}::text is null
    or exists (select from deployment where code_version = ${claim.codeVersion}::text))`;
  const { rows } = await sql<Selectable<JobTable>>`
    with recursive owner (lane, key) as (
      -- Hops from owner to owner along the index: the length of the line does not matter, only how many stand in it.
      select lane, (select coalesce(owner_id, '') from job
        where status = 'queued' and job.lane = lanes.lane order by 1 limit 1)
      from unnest(${[...claim.lanes]}::text[]) as lanes (lane) where ${served}
      union all
      select lane, (select coalesce(owner_id, '') from job
        where status = 'queued' and job.lane = owner.lane and coalesce(owner_id, '') > owner.key order by 1 limit 1)
      from owner where key is not null
    ),
    held (key, count) as (
      select coalesce(owner_id, ''), count(*) from job where status = 'running' group by 1
    ),
    front as (
      select job_id, priority, created_at, coalesce(held.count, 0)
        + row_number() over (partition by owner.key order by priority desc, created_at, job_id) as share
      from owner left join held using (key) cross join lateral (
        select job_id, priority, created_at from job
        where status = 'queued' and lane = owner.lane and coalesce(owner_id, '') = owner.key
          and (not_before is null or not_before <= now())
        order by priority desc, created_at, job_id limit ${claim.count} for update skip locked
      ) as line
      where owner.key is not null
    ),
    chosen as (
      select job_id from front order by priority desc, share, created_at, job_id limit ${claim.count}
    ),
    claimed as (
      update job set status = 'running', attempts = attempts + 1, lease_owner = ${claim.leaseOwner},
        lease_until = now() + ${claim.leaseMs} * interval '1 millisecond', not_before = null,
        started_at = coalesce(started_at, now()), updated_at = now(), error = null
      from chosen where job.job_id = chosen.job_id and status = 'queued'
      returning job.*
    )
    select claimed.* from claimed cross join (select set_config('synchronous_commit', 'off', true)) as unhurried
    order by priority desc, created_at, job_id`.execute(db);
  return rows.map(jobFromRow);
}

/** Whether anybody waits in these lanes whose time has come. */
export async function isAnyWaiting(db: Database, lanes: readonly Lane[]): Promise<boolean> {
  const { rows } = await sql<{ waiting: boolean }>`
    select exists (select from job where status = 'queued' and lane = any(${[...lanes]}::text[])
      and (not_before is null or not_before <= now())) as waiting`.execute(db);
  return rows[0]?.waiting === true;
}

export interface EndedJob {
  readonly id: string;
  readonly end: JobEnd;
}

/** running -> final, of those whose lease this worker still holds; gives them. At completed, progress is total. */
export async function finishJobs(db: Database, leaseOwner: string, ended: readonly EndedJob[]): Promise<JobRow[]> {
  assert(ended.length <= BATCH_MAX, 'at most 100 jobs end in one statement');
  const ends = JSON.stringify(ended.map(({ id, end }) => ({ id, ...end })));
  return changeHeld(
    db,
    sql`
    update job set status = ends.status, result = ends.result, error = ends.error,
      progress = case when ends.status = 'completed' then greatest(progress, total) else progress end,
      lease_owner = null, lease_until = null, finished_at = now(), updated_at = now()
    from jsonb_to_recordset(${ends}::jsonb) as ends (id text, status text, result jsonb, error jsonb)
    where job.job_id = ends.id and lease_owner = ${leaseOwner} and job.status = 'running'
    returning job.*`,
    'changed',
  );
}

export interface ReturnedJobs {
  readonly ids: readonly string[];
  readonly leaseOwner: string;
  /** Nobody tries before that. */
  readonly delayMs: number;
  /** Whether the attempt counts: it does when the work failed, and does not when the worker stopped. */
  readonly isAttempt: boolean;
}

/** running -> queued, of those whose lease this worker still holds; gives them. */
export async function returnJobs(db: Database, { ids, leaseOwner, delayMs, isAttempt }: ReturnedJobs) {
  const back: JobRow[] = [];
  for (let at = 0; at < ids.length; at += BATCH_MAX)
    back.push(
      ...(await changeHeld(
        db,
        sql`
        update job set status = 'queued', lease_owner = null, lease_until = null, updated_at = now(),
          not_before = ${delayMs > 0 ? sql`now() + ${delayMs} * interval '1 millisecond'` : sql`null`},
          attempts = greatest(0, attempts - ${isAttempt ? 0 : 1}::integer)
        where job_id = any(${ids.slice(at, at + BATCH_MAX)}::text[]) and lease_owner = ${leaseOwner} and status = 'running'
        returning job.*`,
        'queued',
      )),
    );
  return back;
}

async function changeHeld(db: Database, update: RawBuilder<unknown>, news: 'changed' | 'queued'): Promise<JobRow[]> {
  const { rows } = await sql<Selectable<JobTable>>`
    with held as (${update})
    select held.* from held cross join ${tellOf(sql`held`, news)} as news`.execute(db);
  return rows.map(jobFromRow);
}
