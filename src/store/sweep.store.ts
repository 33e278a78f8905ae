/** Queries on sweeps and their results. */
import { type Selectable, type SqlBool, sql } from 'kysely';
import type { Json, JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import type { RunFailure } from './build-run.store.js';
import type { Database } from './database.js';
import type { Viewer } from './model.store.js';
import type { BacktestSweepTable } from './tables/backtest-sweep.table.js';
import type { SweepResultTable } from './tables/sweep-result.table.js';

export interface Sweep {
  readonly sweepRunId: number;
  readonly sweepId: string;
  readonly jobId: string;
  readonly modelId: string;
  readonly packId: string;
  readonly status: string;
  readonly spec: JsonObject;
  readonly totalConfigs: number;
  readonly summary: JsonObject | null;
  readonly reportSha: string | null;
  readonly reportPath: string | null;
  readonly pbo: number | null;
  readonly matrixSha: string;
  readonly runSha: string;
  readonly lineage: JsonObject | null;
  readonly tag: string | null;
  readonly error: RunFailure | null;
  readonly ownerId: string | null;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
}

export interface NewSweep {
  readonly sweepId: string;
  readonly jobId: string;
  readonly modelId: string;
  readonly packId: string;
  readonly spec: JsonObject;
  readonly totalConfigs: number;
  readonly matrixSha: string;
  readonly runSha: string;
  readonly tag: string | null;
  readonly ownerId: string | null;
}

export interface SweepResult {
  readonly sweepResultId: number;
  readonly position: number;
  readonly kind: string;
  readonly params: JsonObject;
  readonly status: string;
  readonly metrics: JsonObject | null;
  readonly gate: JsonObject | null;
  readonly score: number | null;
  readonly result: JsonObject | null;
  readonly error: RunFailure | null;
  readonly backtestRunId: number | null;
  readonly backtestId: string | null;
  readonly createdAtMs: number;
}

export type NewSweepResult = Omit<SweepResult, 'sweepResultId' | 'createdAtMs' | 'backtestId'>;

export async function insertSweep(db: Database, sweep: NewSweep): Promise<number> {
  const row = await db
    .insertInto('backtest_sweep')
    .values({
      sweep_id: sweep.sweepId,
      job_id: sweep.jobId,
      model_id: sweep.modelId,
      pack_id: sweep.packId,
      spec: JSON.stringify(sweep.spec),
      total_configs: sweep.totalConfigs,
      summary: null,
      report_sha: null,
      report_path: null,
      pbo: null,
      matrix_sha: sweep.matrixSha,
      run_sha: sweep.runSha,
      lineage: null,
      tag: sweep.tag,
      error: null,
      owner_id: sweep.ownerId,
      started_at: null,
      finished_at: null,
    })
    .returning('sweep_run_id')
    .executeTakeFirstOrThrow();
  return row.sweep_run_id;
}

export async function startSweep(db: Database, sweepId: string): Promise<void> {
  await db
    .updateTable('backtest_sweep')
    .set({ status: 'running', started_at: sql<Date>`coalesce(started_at, now())` })
    .where('sweep_id', '=', sweepId)
    .execute();
}

/** Replaces the results of an earlier attempt. */
export async function completeSweep(
  db: Database,
  sweepRunId: number,
  done: {
    status: 'completed' | 'failed';
    summary: JsonObject;
    pbo: number | null;
    reportSha: string;
    reportPath: string;
    lineage: JsonObject;
    error: RunFailure | null;
  },
  results: readonly NewSweepResult[],
): Promise<void> {
  await db.deleteFrom('sweep_result').where('sweep_run_id', '=', sweepRunId).execute();
  await db
    .insertInto('sweep_result')
    .values(
      results.map((result) => ({
        sweep_run_id: sweepRunId,
        position: result.position,
        kind: result.kind,
        params: JSON.stringify(result.params),
        status: result.status,
        metrics: jsonOrNull(result.metrics),
        gate: jsonOrNull(result.gate),
        score: result.score,
        result: jsonOrNull(result.result),
        error: jsonOrNull(result.error),
        backtest_run_id: result.backtestRunId,
      })),
    )
    .execute();
  await db
    .updateTable('backtest_sweep')
    .set({
      status: done.status,
      summary: JSON.stringify(done.summary),
      pbo: done.pbo,
      report_sha: done.reportSha,
      report_path: done.reportPath,
      lineage: JSON.stringify(done.lineage),
      error: jsonOrNull(done.error),
      finished_at: sql<Date>`now()`,
    })
    .where('sweep_run_id', '=', sweepRunId)
    .execute();
}

/** By `sweep_...` id, or by number. */
export async function findSweep(db: Database, id: string | number): Promise<Sweep | undefined> {
  const query = db.selectFrom('backtest_sweep').selectAll();
  const row = await (typeof id === 'number'
    ? query.where('sweep_run_id', '=', id)
    : query.where('sweep_id', '=', id)
  ).executeTakeFirst();
  return row && fromRow(row);
}

export async function findFinishedSweepByKey(db: Database, runSha: string): Promise<Sweep | undefined> {
  const row = await db
    .selectFrom('backtest_sweep')
    .selectAll()
    .where('run_sha', '=', runSha)
    .where('status', '=', 'completed')
    .orderBy('finished_at', 'desc')
    .orderBy('sweep_run_id', 'desc')
    .executeTakeFirst();
  return row && fromRow(row);
}

/** Newest first. The status is the job's where the sweep has not come to an end of its own. */
export async function listSweeps(
  db: Database,
  viewer: Viewer,
  filter: { packId?: string; modelId?: string; tag?: string; status?: string },
  { limit, offset }: PageRequest,
): Promise<Page<Sweep>> {
  let query = db.selectFrom('backtest_sweep');
  if (!viewer.seesAll)
    query = query.where(
      sql<SqlBool>`(owner_id is not distinct from ${viewer.userId} or exists (
        select 1 from model where model.model_id = backtest_sweep.model_id and model.visibility = 'shared'))`,
    );
  if (filter.packId !== undefined) query = query.where('pack_id', '=', filter.packId);
  if (filter.modelId !== undefined)
    query = query.where(sql<SqlBool>`lower(model_id) = ${filter.modelId.toLowerCase()}`);
  if (filter.tag !== undefined) query = query.where('tag', '=', filter.tag);
  if (filter.status !== undefined) query = query.where(sql<SqlBool>`${statusNow} = ${filter.status}`);
  const [rows, count] = await Promise.all([
    query
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('sweep_run_id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute(),
    query.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ]);
  return { items: rows.map(fromRow), total: Number(count.total) };
}

const statusNow = sql`case when backtest_sweep.status in ('completed', 'failed') then backtest_sweep.status
  else coalesce((select job.status from job where job.job_id = backtest_sweep.job_id), backtest_sweep.status) end`;

/** In the order of the grid. */
export async function listSweepResults(
  db: Database,
  sweepRunId: number,
  { limit, offset }: PageRequest,
): Promise<Page<SweepResult>> {
  const query = db.selectFrom('sweep_result').where('sweep_run_id', '=', sweepRunId);
  const [rows, count] = await Promise.all([
    query
      .leftJoin('backtest_run', 'backtest_run.backtest_run_id', 'sweep_result.backtest_run_id')
      .selectAll('sweep_result')
      .select('backtest_run.backtest_id')
      .orderBy('position')
      .limit(limit)
      .offset(offset)
      .execute(),
    query.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ]);
  return { items: rows.map(resultFromRow), total: Number(count.total) };
}

/** Completed results by Sharpe ratio per bar, the highest first; those without one last, then in the order of the grid. */
export async function listBestResults(db: Database, sweepRunId: number, count: number): Promise<SweepResult[]> {
  const rows = await db
    .selectFrom('sweep_result')
    .leftJoin('backtest_run', 'backtest_run.backtest_run_id', 'sweep_result.backtest_run_id')
    .selectAll('sweep_result')
    .select('backtest_run.backtest_id')
    .where('sweep_run_id', '=', sweepRunId)
    .where('sweep_result.status', '=', 'completed')
    .orderBy(sql`(sweep_result.metrics ->> 'sharpe_hourly')::double precision desc nulls last`)
    .orderBy('position')
    .limit(count)
    .execute();
  return rows.map(resultFromRow);
}

const jsonOrNull = (value: object | null) => (value === null ? null : JSON.stringify(value));

const fromRow = (row: Selectable<BacktestSweepTable>): Sweep => ({
  sweepRunId: row.sweep_run_id,
  sweepId: row.sweep_id,
  jobId: row.job_id,
  modelId: row.model_id,
  packId: row.pack_id,
  status: row.status,
  spec: row.spec as JsonObject,
  totalConfigs: row.total_configs,
  summary: row.summary as JsonObject | null,
  reportSha: row.report_sha,
  reportPath: row.report_path,
  pbo: row.pbo,
  matrixSha: row.matrix_sha,
  runSha: row.run_sha,
  lineage: row.lineage as JsonObject | null,
  tag: row.tag,
  error: row.error as Json as RunFailure | null,
  ownerId: row.owner_id,
  createdAtMs: row.created_at.getTime(),
  startedAtMs: row.started_at?.getTime() ?? null,
  finishedAtMs: row.finished_at?.getTime() ?? null,
});

const resultFromRow = (row: Selectable<SweepResultTable> & { backtest_id: string | null }): SweepResult => ({
  sweepResultId: row.sweep_result_id,
  position: row.position,
  kind: row.kind,
  params: row.params as JsonObject,
  status: row.status,
  metrics: row.metrics as JsonObject | null,
  gate: row.gate as JsonObject | null,
  score: row.score,
  result: row.result as JsonObject | null,
  error: row.error as Json as RunFailure | null,
  backtestRunId: row.backtest_run_id,
  backtestId: row.backtest_id,
  createdAtMs: row.created_at.getTime(),
});
