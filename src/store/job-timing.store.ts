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

/** How long the job that has waited longest has been queued; 0 when none is. */
export async function oldestQueuedSeconds(db: Database): Promise<number> {
  const { rows } = await sql<{ seconds: number | null }>`
    select greatest(0, extract(epoch from now() - min(updated_at)))::float8 as seconds
    from job where status = 'queued'`.execute(db);
  return rows[0]?.seconds ?? 0;
}

/** So much behind the clock a window ends: what began to end before that is committed by now. */
const SETTLED_AFTER_S = 5;

export interface JobSpan {
  readonly kind: string;
  /** How it ended; null for starts. */
  readonly status: string | null;
  /** How many of `boundsS` the time has reached: 0 is below the first. */
  readonly bucket: number;
  readonly count: number;
  readonly sumS: number;
}

export interface JobWindow {
  /** Hand it in as the next `since`. */
  readonly until: string;
  /** From the sending of a job to its first start. */
  readonly waits: readonly JobSpan[];
  /** From the first start to the end; a job that was cancelled before it began took no time. */
  readonly runs: readonly JobSpan[];
}

/** What started and ended after `since`, whoever did it; without `since` nothing yet. Ends some seconds in the past. */
export async function readJobWindow(
  db: Database,
  { since, waitBoundsS, runBoundsS }: { since?: string; waitBoundsS: readonly number[]; runBoundsS: readonly number[] },
): Promise<JobWindow> {
  const { rows } = await sql<{ until: string }>`
    select (now() - make_interval(secs => ${SETTLED_AFTER_S}))::text as until`.execute(db);
  const until = rows[0]!.until;
  if (since === undefined) return { until, waits: [], runs: [] };
  const [waits, runs] = await Promise.all([
    sql<JobSpan>`
      select kind, null as status, width_bucket(seconds, ${[...waitBoundsS]}::float8[]) as bucket,
        count(*)::float8 as count, sum(seconds)::float8 as "sumS"
      from (
        select kind, greatest(0, extract(epoch from started_at - created_at))::float8 as seconds
        from job where started_at > ${since}::timestamptz and started_at <= ${until}::timestamptz
      ) as started group by kind, bucket`.execute(db),
    sql<JobSpan>`
      select kind, status, width_bucket(seconds, ${[...runBoundsS]}::float8[]) as bucket,
        count(*)::float8 as count, sum(seconds)::float8 as "sumS"
      from (
        select kind, status::text, coalesce(greatest(0, extract(epoch from finished_at - started_at)), 0)::float8 as seconds
        from job where finished_at > ${since}::timestamptz and finished_at <= ${until}::timestamptz
      ) as ended group by kind, status, bucket`.execute(db),
  ]);
  return { until, waits: waits.rows, runs: runs.rows };
}
