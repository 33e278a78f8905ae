/** Queries on the folds of a run. */
import { type Selectable, sql } from 'kysely';
import type { JsonObject } from '#base/json.js';
import type { Database } from './database.js';
import type { FoldTable } from './tables/fold.table.js';
import { declareChange, RUNS } from './transaction.js';

export interface Fold {
  readonly foldNumber: number;
  /** Half-open ranges of rows, as the other three. */
  readonly trainStartIdx: number;
  readonly trainEndIdx: number;
  readonly testStartIdx: number;
  readonly testEndIdx: number;
  readonly samplesTrain: number;
  readonly samplesTest: number;
  readonly bestIteration: number | null;
  readonly bestScore: number | null;
  readonly thresholds: JsonObject;
  readonly metrics: JsonObject;
  readonly extra: JsonObject;
}

export interface FoldPage {
  readonly limit?: number;
  readonly offset: number;
}

/** Ascending by number. */
export async function listFolds(db: Database, runId: string, page: FoldPage): Promise<readonly Fold[]> {
  const { limit, offset } = page;
  const rows = await db
    .selectFrom('fold')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy('fold_number')
    .$if(limit !== undefined, (query) => query.limit(limit!))
    .$if(offset > 0, (query) => query.offset(offset))
    .execute();
  return rows.map(foldFromRow);
}

/** Puts these folds in place of all the run had. The caller holds the run's row, so two writers never mix. */
export async function replaceFolds(tx: Database, runId: string, folds: readonly Fold[]): Promise<void> {
  declareChange(tx, RUNS);
  await tx.deleteFrom('fold').where('run_id', '=', runId).execute();
  for (let i = 0; i < folds.length; i += ROWS_PER_STATEMENT) {
    const rows = folds.slice(i, i + ROWS_PER_STATEMENT).map((fold) => toRow(runId, fold));
    // One JSON parameter a statement: rows of several kilobytes each, without a parameter for every cell.
    await sql`
      INSERT INTO fold
      SELECT run_id, fold_number, train_start_idx, train_end_idx, test_start_idx, test_end_idx, samples_train,
        samples_test, best_iteration, best_score, thresholds, metrics, extra
      FROM json_populate_recordset(NULL::fold, ${JSON.stringify(rows)}::json)`.execute(tx);
  }
}

/** Rows may have kilobytes each: a few megabytes a statement. */
const ROWS_PER_STATEMENT = 2000;

const toRow = (runId: string, fold: Fold) => ({
  run_id: runId,
  fold_number: fold.foldNumber,
  train_start_idx: fold.trainStartIdx,
  train_end_idx: fold.trainEndIdx,
  test_start_idx: fold.testStartIdx,
  test_end_idx: fold.testEndIdx,
  samples_train: fold.samplesTrain,
  samples_test: fold.samplesTest,
  best_iteration: fold.bestIteration,
  best_score: fold.bestScore,
  thresholds: fold.thresholds,
  metrics: fold.metrics,
  extra: fold.extra,
});

export const foldFromRow = (row: Selectable<FoldTable>): Fold => ({
  foldNumber: Number(row.fold_number),
  trainStartIdx: Number(row.train_start_idx),
  trainEndIdx: Number(row.train_end_idx),
  testStartIdx: Number(row.test_start_idx),
  testEndIdx: Number(row.test_end_idx),
  samplesTrain: Number(row.samples_train),
  samplesTest: Number(row.samples_test),
  bestIteration: row.best_iteration === null ? null : Number(row.best_iteration),
  bestScore: row.best_score,
  thresholds: row.thresholds,
  metrics: row.metrics,
  extra: row.extra,
});
