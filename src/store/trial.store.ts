/** Queries on trials: the honest count of everything that was ever tried on a matrix. */
import type { Database } from './database.js';

export interface Trial {
  readonly runSha: string;
  readonly sharpeSession: number | null;
}

/** Counts each configuration once, however often it is run. */
export async function insertTrials(
  db: Database,
  key: { modelId: string; matrixSha: string },
  trials: readonly Trial[],
): Promise<void> {
  if (trials.length === 0) return;
  await db
    .insertInto('trial')
    .values(
      trials.map((trial) => ({
        model_id: key.modelId,
        matrix_sha: key.matrixSha,
        run_sha: trial.runSha,
        sharpe_session: trial.sharpeSession,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** All trials of a model on a matrix, in the order of their keys, so that sums over them are the same every time. */
export async function listTrials(db: Database, key: { modelId: string; matrixSha: string }): Promise<Trial[]> {
  const rows = await db
    .selectFrom('trial')
    .select(['run_sha', 'sharpe_session'])
    .where('model_id', '=', key.modelId)
    .where('matrix_sha', '=', key.matrixSha)
    .orderBy('run_sha')
    .execute();
  return rows.map((row) => ({ runSha: row.run_sha, sharpeSession: row.sharpe_session }));
}
