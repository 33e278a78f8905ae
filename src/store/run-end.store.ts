/** The end of a run that did not come to a result of its own: whichever kind it is, said once. */
import { sql } from 'kysely';
import type { Database } from './database.js';
import type { RunFailure } from './run-life.js';

export type RunTable = 'build_run' | 'training_run' | 'backtest_run' | 'backtest_sweep';

/** Only runs that are not over: a result that was written stays. */
export async function endRuns(
  db: Database,
  table: RunTable,
  jobId: string,
  end: { status: 'failed' | 'cancelled'; error: RunFailure | null },
): Promise<void> {
  await db
    .updateTable(table)
    .set({
      status: end.status,
      error: end.error === null ? null : JSON.stringify(end.error),
      finished_at: sql<Date>`now()`,
    })
    .where('job_id', '=', jobId)
    .where('status', 'in', ['queued', 'running'])
    .execute();
}
