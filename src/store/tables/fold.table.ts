import type { ColumnType } from 'kysely';
import type { JsonObject } from '#base/json.js';

type BigInteger = ColumnType<string | number, number, number>;

/** One fold of a run: its row ranges (half-open) and what was learned; unique by run_id and fold_number. */
export interface FoldTable {
  run_id: string;
  fold_number: BigInteger;
  train_start_idx: BigInteger;
  train_end_idx: BigInteger;
  test_start_idx: BigInteger;
  test_end_idx: BigInteger;
  samples_train: BigInteger;
  samples_test: BigInteger;
  best_iteration: ColumnType<string | number | null, number | null, number | null>;
  best_score: number | null;
  thresholds: ColumnType<JsonObject, string, string>;
  metrics: ColumnType<JsonObject, string, string>;
  /** Members of the fold we have no column for. */
  extra: ColumnType<JsonObject, string, string>;
}
