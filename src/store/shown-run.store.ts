/** Which backtest stands for a model where only one is shown. */
import { sql } from 'kysely';
import { type BacktestRun, backtestRunFromRow, newestSavedRuns } from './backtest-run.store.js';
import type { Database } from './database.js';

/** The run a model is shown with: its best one that passes its gate, else its latest saved one. */
export async function findShownRuns(
  db: Database,
  modelIds: readonly string[],
): Promise<ReadonlyMap<string, BacktestRun>> {
  if (modelIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('backtest_run')
    .distinctOn('model_id')
    .selectAll()
    .where('model_id', 'in', [...modelIds])
    .where('saved', '=', true)
    .where('status', '=', 'completed')
    .orderBy('model_id')
    .orderBy(sql`gate_pass desc nulls last`)
    .orderBy(sql`case when gate_pass then sharpe_hourly end desc nulls last`)
    .orderBy('finished_at', 'desc')
    .orderBy('backtest_run_id', 'desc')
    .execute();
  return new Map(rows.map((row) => [row.model_id, backtestRunFromRow(row)]));
}

export async function findLatestSavedRun(db: Database, modelId: string): Promise<BacktestRun | undefined> {
  const row = await newestSavedRuns(db).where('model_id', '=', modelId).executeTakeFirst();
  return row && backtestRunFromRow(row);
}
