/** How long jobs take and how many wait before each: for the estimates that people are shown. */
import { sql } from 'kysely';
import type { Database } from './database.js';

/** Place in the queue by job id, 1 for the next one; only the queued among `ids` are in it. */
export async function queuePositions(db: Database, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ job_id: string; place: number }>`
    select job_id, place from (
      select job_id, row_number() over (order by priority desc, created_at, job_id)::int as place
      from job where status = 'queued'
    ) as waiting where job_id = any(${[...ids]})`.execute(db);
  return new Map(rows.map((row) => [row.job_id, row.place]));
}

/** Median seconds of the last 20 completed jobs of each kind; kinds without one are missing. */
export async function medianDurations(db: Database, kinds: readonly string[]): Promise<Map<string, number>> {
  if (kinds.length === 0) return new Map();
  const { rows } = await sql<{ kind: string; seconds: number }>`
    select kind, percentile_cont(0.5) within group (order by seconds)::float8 as seconds
    from unnest(${[...kinds]}::text[]) as wanted (kind)
    cross join lateral (
      select extract(epoch from finished_at - started_at)::float8 as seconds
      from job where job.kind = wanted.kind and status = 'completed' and started_at is not null
      order by created_at desc limit 20
    ) as recent
    group by kind`.execute(db);
  return new Map(rows.map((row) => [row.kind, row.seconds]));
}

export interface JobCount {
  readonly kind: string;
  readonly status: string;
  readonly count: number;
}

export async function countJobs(db: Database): Promise<JobCount[]> {
  const rows = await db
    .selectFrom('job')
    .select(({ fn }) => ['kind', 'status', fn.countAll<number>().as('count')])
    .groupBy(['kind', 'status'])
    .orderBy('kind')
    .orderBy('status')
    .execute();
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}
