/** Queries on backtests: one run and its folds, and the leaderboard over all that were saved. */
import { type Selectable, sql } from 'kysely';
import type { Json, JsonObject } from '#base/json.js';
import type { RunFailure } from './build-run.store.js';
import type { Database } from './database.js';
import type { BacktestRunTable } from './tables/backtest-run.table.js';

export interface BacktestRun {
  readonly backtestRunId: number;
  readonly backtestId: string;
  readonly jobId: string;
  readonly sweepId: string | null;
  readonly modelId: string;
  readonly packId: string;
  readonly status: string;
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
  readonly lineage: JsonObject | null;
  readonly warnings: readonly string[];
  readonly tag: string | null;
  readonly error: RunFailure | null;
  readonly ownerId: string | null;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
}

export interface NewBacktestRun {
  readonly backtestId: string;
  readonly jobId: string;
  readonly sweepId: string | null;
  readonly modelId: string;
  readonly packId: string;
  readonly saved: boolean;
  readonly params: JsonObject;
  readonly config: JsonObject;
  readonly matrixSha: string;
  readonly runSha: string;
  readonly riskProfile: string;
  readonly warnings: readonly string[];
  readonly tag: string | null;
  readonly ownerId: string | null;
  readonly expiresAtMs: number | null;
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
      backtest_id: run.backtestId,
      job_id: run.jobId,
      sweep_id: run.sweepId,
      model_id: run.modelId,
      pack_id: run.packId,
      saved: run.saved,
      params: JSON.stringify(run.params),
      config: JSON.stringify(run.config),
      matrix_sha: run.matrixSha,
      run_sha: run.runSha,
      risk_profile: run.riskProfile,
      warnings: JSON.stringify(run.warnings),
      tag: run.tag,
      owner_id: run.ownerId,
      expires_at: run.expiresAtMs === null ? null : new Date(run.expiresAtMs),
    })
    .onConflict((conflict) => conflict.column('backtest_id').doUpdateSet({ job_id: run.jobId }))
    .returning('backtest_run_id')
    .executeTakeFirstOrThrow();
  return row.backtest_run_id;
}

export async function startBacktestRun(db: Database, backtestId: string): Promise<void> {
  await db
    .updateTable('backtest_run')
    .set({ status: 'running', started_at: sql<Date>`coalesce(started_at, now())` })
    .where('backtest_id', '=', backtestId)
    .execute();
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
      status: 'completed',
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
      error: null,
      started_at: sql<Date>`coalesce(started_at, now())`,
      finished_at: sql<Date>`now()`,
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
  const row = await db
    .selectFrom('backtest_run')
    .selectAll()
    .where('run_sha', '=', runSha)
    .where('status', '=', 'completed')
    .where('saved', '=', true)
    .orderBy('finished_at', 'desc')
    .orderBy('backtest_run_id', 'desc')
    .executeTakeFirst();
  return row && fromRow(row);
}

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
  lineage: null,
  error: null,
  started_at: null,
  finished_at: null,
};

export const backtestRunFromRow = (row: Selectable<BacktestRunTable>): BacktestRun => ({
  backtestRunId: row.backtest_run_id,
  backtestId: row.backtest_id,
  jobId: row.job_id,
  sweepId: row.sweep_id,
  modelId: row.model_id,
  packId: row.pack_id,
  status: row.status,
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
  lineage: row.lineage as JsonObject | null,
  warnings: row.warnings as readonly string[],
  tag: row.tag,
  error: row.error as Json as RunFailure | null,
  ownerId: row.owner_id,
  createdAtMs: row.created_at.getTime(),
  startedAtMs: row.started_at?.getTime() ?? null,
  finishedAtMs: row.finished_at?.getTime() ?? null,
});

const fromRow = backtestRunFromRow;
