/** A run and its folds in one question: one moment, one round trip. */
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Database } from './database.js';
import { type Fold, type FoldPage, foldFromRow } from './fold.store.js';
import { type RunListed, runFromRow, selectRuns } from './run.store.js';
import type { FoldTable } from './tables/fold.table.js';

export interface RunWithFolds extends RunListed {
  /** Ascending by number. */
  readonly folds: readonly Fold[];
}

export async function findRunWithFolds(db: Database, runId: string, page: FoldPage): Promise<RunWithFolds | undefined> {
  const row = await selectRuns(db)
    .where('run_id', '=', runId)
    .select(
      // Null, not an empty list, when there is none.
      sql<Selectable<FoldTable>[] | null>`(
        SELECT json_agg(one ORDER BY one.fold_number)
        FROM (SELECT * FROM fold WHERE fold.run_id = run.run_id
          ORDER BY fold_number LIMIT ${page.limit ?? null} OFFSET ${page.offset}) AS one)`.as('folds'),
    )
    .executeTakeFirst();
  return row && { ...runFromRow(row), folds: (row.folds ?? []).map(foldFromRow) };
}
