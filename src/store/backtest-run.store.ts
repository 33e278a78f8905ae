/** Queries on backtests: a run from its order to its outcome, with folds and equity line. */
import type { Selectable } from 'kysely';
import type { JsonObject } from '#base/json.js';
import type { Database } from './database.js';
import {
  completedColumns,
  lifeFromRow,
  orderedColumns,
  type RunLife,
  type RunOrder,
  startedColumns,
} from './run-life.js';
import type { BacktestRunTable } from './tables/backtest-run.table.js';

export interface BacktestRun extends RunLife {
  readonly backtestRunId: number;
  readonly backtestId: string;
  readonly sweepId: string | null;
  readonly saved: boolean;
  readonly params: JsonObject;
  readonly config: JsonObject;
  readonly metrics: JsonObject | null;
  readonly gate: JsonObject | null;
  readonly gatePass: boolean | null;
  readonly resultSha: string | null;
  readonly result: JsonObject | null;
  readonly researchRunId: string | null;
  readonly score: number | null;
  readonly dsr: number | null;
  readonly trialCount: number | null;
  readonly bestSharpeHourly: number | null;
  readonly bestCumRet: number | null;
  readonly matrixSha: string;
  readonly runSha: string;
  readonly riskProfile: string;
  readonly warnings: readonly string[];
}

export interface NewBacktestRun extends RunOrder {
  readonly backtestId: string;
  readonly sweepId: string | null;
  readonly saved: boolean;
  readonly params: JsonObject;
  readonly config: JsonObject;
  readonly matrixSha: string;
  readonly runSha: string;
  readonly riskProfile: string;
  readonly warnings: readonly string[];
  readonly expiresAtMs: number | null;
  /** Where it has its place among others that may be written before it; now, when left out. */
  readonly createdAtMs?: number | undefined;
}

/** What is known of a run when it is done. */
export interface BacktestOutcome {
  readonly metrics: JsonObject;
  readonly gate: JsonObject;
  readonly gatePass: boolean;
  readonly resultSha: string | null;
  readonly result: JsonObject | null;
  readonly researchRunId: string | null;
  readonly score: number | null;
  readonly dsr: number | null;
  readonly trialCount: number;
  readonly bestSharpeHourly: number | null;
  readonly bestCumRet: number | null;
  readonly lineage: JsonObject;
  readonly warnings: readonly string[];
}

export interface BacktestFold {
  readonly fold: number;
  readonly thrUsed: number | null;
  readonly cumRet: number | null;
  readonly sharpeHourly: number | null;
  readonly sortino: number | null;
  readonly maxDd: number | null;
  readonly trades: number;
  readonly trainRows: number;
  readonly testRows: number;
}

export interface EquityLine {
  readonly tsMs: readonly number[];
  readonly ret: readonly number[];
  readonly equity: readonly number[];
  readonly position: readonly number[];
}

/** Gives the number of the new run; the run of an earlier attempt with the same id is kept as it is. */
export async function insertBacktestRun(db: Database, run: NewBacktestRun): Promise<number> {
  const row = await db
    .insertInto('backtest_run')
    .values({
      ...NOT_YET_KNOWN,
      ...orderedColumns(run),
      backtest_id: run.backtestId,
      sweep_id: run.sweepId,
      saved: run.saved,
      params: JSON.stringify(run.params),
      config: JSON.stringify(run.config),
      matrix_sha: run.matrixSha,
      run_sha: run.runSha,
      risk_profile: run.riskProfile,
      warnings: JSON.stringify(run.warnings),
      expires_at: run.expiresAtMs === null ? null : new Date(run.expiresAtMs),
      ...(run.createdAtMs === undefined ? {} : { created_at: new Date(run.createdAtMs) }),
    })
    .onConflict((conflict) => conflict.column('backtest_id').doUpdateSet({ job_id: run.jobId }))
    .returning('backtest_run_id')
    .executeTakeFirstOrThrow();
  return row.backtest_run_id;
}

export async function startBacktestRun(db: Database, backtestId: string): Promise<void> {
  await db.updateTable('backtest_run').set(startedColumns).where('backtest_id', '=', backtestId).execute();
}

/** Writes the outcome beside its folds and equity line; doing it twice leaves what doing it once leaves. */
export async function completeBacktestRun(
  db: Database,
  backtestRunId: number,
  outcome: BacktestOutcome,
  folds: readonly BacktestFold[],
  equity: EquityLine,
): Promise<void> {
  const figure = (name: string): number | null => {
    const value = outcome.metrics[name];
    return typeof value === 'number' ? value : null;
  };
  const row = await db
    .updateTable('backtest_run')
    .set({
      ...completedColumns,
      metrics: JSON.stringify(outcome.metrics),
      gate: JSON.stringify(outcome.gate),
      gate_pass: outcome.gatePass,
      result_sha: outcome.resultSha,
      result: outcome.result === null ? null : JSON.stringify(outcome.result),
      research_run_id: outcome.researchRunId,
      sharpe_hourly: figure('sharpe_hourly'),
      sharpe: figure('sharpe'),
      cum_ret: figure('cum_ret'),
      sortino: figure('sortino'),
      calmar: figure('calmar'),
      max_drawdown: figure('max_drawdown'),
      win_rate: figure('win_rate'),
      trades: figure('trades'),
      score: outcome.score,
      dsr: outcome.dsr,
      trial_count: outcome.trialCount,
      best_sharpe_hourly: outcome.bestSharpeHourly,
      best_cum_ret: outcome.bestCumRet,
      lineage: JSON.stringify(outcome.lineage),
      warnings: JSON.stringify(outcome.warnings),
    })
    .where('backtest_run_id', '=', backtestRunId)
    .returning('saved')
    .executeTakeFirstOrThrow();
  if (row.saved) await writeFoldsAndEquity(db, backtestRunId, folds, equity);
}

async function writeFoldsAndEquity(
  db: Database,
  backtestRunId: number,
  folds: readonly BacktestFold[],
  equity: EquityLine,
): Promise<void> {
  await db.deleteFrom('backtest_fold').where('backtest_run_id', '=', backtestRunId).execute();
  if (folds.length > 0)
    await db
      .insertInto('backtest_fold')
      .values(
        folds.map((fold) => ({
          backtest_run_id: backtestRunId,
          fold: fold.fold,
          thr_used: fold.thrUsed,
          cum_ret: fold.cumRet,
          sharpe_hourly: fold.sharpeHourly,
          sortino: fold.sortino,
          max_dd: fold.maxDd,
          trades: fold.trades,
          train_rows: fold.trainRows,
          test_rows: fold.testRows,
        })),
      )
      .execute();
  const line = {
    ts_ms: [...equity.tsMs],
    ret: [...equity.ret],
    equity: [...equity.equity],
    position: [...equity.position],
  };
  await db
    .insertInto('backtest_equity')
    .values({ backtest_run_id: backtestRunId, ...line })
    .onConflict((conflict) => conflict.column('backtest_run_id').doUpdateSet(line))
    .execute();
}

/** By `bt_...` id, or by number. */
export async function findBacktestRun(db: Database, id: string | number): Promise<BacktestRun | undefined> {
  const query = db.selectFrom('backtest_run').selectAll();
  const row = await (typeof id === 'number'
    ? query.where('backtest_run_id', '=', id)
    : query.where('backtest_id', '=', id)
  ).executeTakeFirst();
  return row && fromRow(row);
}

/** The newest finished run with this normalised key whose result is still kept. */
export async function findFinishedRunByKey(db: Database, runSha: string): Promise<BacktestRun | undefined> {
  const row = await newestSavedRuns(db).where('run_sha', '=', runSha).executeTakeFirst();
  return row && fromRow(row);
}

/** Saved runs that came to a result, the newest first. */
export const newestSavedRuns = (db: Database) =>
  db
    .selectFrom('backtest_run')
    .selectAll()
    .where('status', '=', 'completed')
    .where('saved', '=', true)
    .orderBy('finished_at', 'desc')
    .orderBy('backtest_run_id', 'desc');

/** Unsaved results are kept an hour. */
export async function deleteExpiredRuns(db: Database, nowMs: number): Promise<void> {
  await db.deleteFrom('backtest_run').where('expires_at', '<', new Date(nowMs)).execute();
}

const NOT_YET_KNOWN = {
  metrics: null,
  gate: null,
  gate_pass: null,
  result_sha: null,
  result: null,
  research_run_id: null,
  sharpe_hourly: null,
  sharpe: null,
  cum_ret: null,
  sortino: null,
  calmar: null,
  max_drawdown: null,
  win_rate: null,
  trades: null,
  score: null,
  dsr: null,
  trial_count: null,
  best_sharpe_hourly: null,
  best_cum_ret: null,
};

export const backtestRunFromRow = (row: Selectable<BacktestRunTable>): BacktestRun => ({
  ...lifeFromRow(row),
  backtestRunId: row.backtest_run_id,
  backtestId: row.backtest_id,
  sweepId: row.sweep_id,
  saved: row.saved,
  params: row.params as JsonObject,
  config: row.config as JsonObject,
  metrics: row.metrics as JsonObject | null,
  gate: row.gate as JsonObject | null,
  gatePass: row.gate_pass,
  resultSha: row.result_sha,
  result: row.result as JsonObject | null,
  researchRunId: row.research_run_id,
  score: row.score,
  dsr: row.dsr,
  trialCount: row.trial_count,
  bestSharpeHourly: row.best_sharpe_hourly,
  bestCumRet: row.best_cum_ret,
  matrixSha: row.matrix_sha,
  runSha: row.run_sha,
  riskProfile: row.risk_profile,
  warnings: row.warnings as readonly string[],
});

const fromRow = backtestRunFromRow;
