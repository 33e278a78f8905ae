/** Queries on sweeps and their results. */
import { type Selectable, type SqlBool, sql } from 'kysely';
import type { Json, JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import type { Database } from './database.js';
import { readPage } from './read-page.js';
import {
  completedColumns,
  lifeFromRow,
  orderedColumns,
  type RunFailure,
  type RunLife,
  type RunOrder,
  startedColumns,
} from './run-life.js';
import type { BacktestSweepTable } from './tables/backtest-sweep.table.js';
import type { SweepResultTable } from './tables/sweep-result.table.js';
import { isSeenBy, type Viewer } from './viewer.js';

export interface Sweep extends RunLife {
  readonly sweepRunId: number;
  readonly sweepId: string;
  readonly spec: JsonObject;
  readonly totalConfigs: number;
  readonly summary: JsonObject | null;
  readonly reportSha: string | null;
  readonly reportPath: string | null;
  readonly pbo: number | null;
  readonly matrixSha: string;
  readonly runSha: string;
}

export interface NewSweep extends RunOrder {
  readonly sweepId: string;
  readonly spec: JsonObject;
  readonly totalConfigs: number;
  readonly matrixSha: string;
  readonly runSha: string;
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
      ...orderedColumns(sweep),
      sweep_id: sweep.sweepId,
      spec: JSON.stringify(sweep.spec),
      total_configs: sweep.totalConfigs,
      summary: null,
      report_sha: null,
      report_path: null,
      pbo: null,
      matrix_sha: sweep.matrixSha,
      run_sha: sweep.runSha,
    })
    .returning('sweep_run_id')
    .executeTakeFirstOrThrow();
  return row.sweep_run_id;
}

export async function startSweep(db: Database, sweepId: string): Promise<void> {
  await db.updateTable('backtest_sweep').set(startedColumns).where('sweep_id', '=', sweepId).execute();
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
  await db.deleteFrom('sweep_part').where('sweep_run_id', '=', sweepRunId).execute();
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
      ...completedColumns,
      status: done.status,
      summary: JSON.stringify(done.summary),
      pbo: done.pbo,
      report_sha: done.reportSha,
      report_path: done.reportPath,
      lineage: JSON.stringify(done.lineage),
      error: jsonOrNull(done.error),
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
  page: PageRequest,
): Promise<Page<Sweep>> {
  let query = db.selectFrom('backtest_sweep').where(isSeenBy(viewer, 'backtest_sweep'));
  if (filter.packId !== undefined) query = query.where('pack_id', '=', filter.packId);
  if (filter.modelId !== undefined)
    query = query.where(sql<SqlBool>`lower(model_id) = ${filter.modelId.toLowerCase()}`);
  if (filter.tag !== undefined) query = query.where('tag', '=', filter.tag);
  if (filter.status !== undefined) query = query.where(sql<SqlBool>`${statusNow} = ${filter.status}`);
  return readPage(
    query,
    page,
    (matching) => matching.selectAll().orderBy('created_at', 'desc').orderBy('sweep_run_id', 'desc'),
    fromRow,
  );
}

const statusNow = sql`case when backtest_sweep.status in ('completed', 'failed') then backtest_sweep.status
  else coalesce((select job.status from job where job.job_id = backtest_sweep.job_id), backtest_sweep.status) end`;

/** In the order of the grid. */
export async function listSweepResults(
  db: Database,
  sweepRunId: number,
  page: PageRequest,
): Promise<Page<SweepResult>> {
  return readPage(selectResults(db, sweepRunId), page, (matching) => matching.orderBy('position'), resultFromRow);
}

/** Completed results by Sharpe ratio per bar, the highest first; those without one last, then in the order of the grid. */
export async function listBestResults(db: Database, sweepRunId: number, count: number): Promise<SweepResult[]> {
  const rows = await selectResults(db, sweepRunId)
    .where('sweep_result.status', '=', 'completed')
    .orderBy(sql`(sweep_result.metrics ->> 'sharpe_hourly')::double precision desc nulls last`)
    .orderBy('position')
    .limit(count)
    .execute();
  return rows.map(resultFromRow);
}

const selectResults = (db: Database, sweepRunId: number) =>
  db
    .selectFrom('sweep_result')
    .leftJoin('backtest_run', 'backtest_run.backtest_run_id', 'sweep_result.backtest_run_id')
    .selectAll('sweep_result')
    .select('backtest_run.backtest_id')
    .where('sweep_run_id', '=', sweepRunId);

const jsonOrNull = (value: object | null) => (value === null ? null : JSON.stringify(value));

const fromRow = (row: Selectable<BacktestSweepTable>): Sweep => ({
  ...lifeFromRow(row),
  sweepRunId: row.sweep_run_id,
  sweepId: row.sweep_id,
  spec: row.spec as JsonObject,
  totalConfigs: row.total_configs,
  summary: row.summary as JsonObject | null,
  reportSha: row.report_sha,
  reportPath: row.report_path,
  pbo: row.pbo,
  matrixSha: row.matrix_sha,
  runSha: row.run_sha,
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
