import type { ColumnType } from 'kysely';
import type { Json, JsonObject } from '#base/json.js';

/** One walk-forward run over a dataset; unique by run_id. Its predictions stand in the measurement it names. */
export interface RunTable {
  run_id: string;
  dataset_id: string;
  /** What the client said; counts only while no fold is stored. */
  declared_fold_count: number;
  /** Kept equal to the number of fold rows by the transaction that writes them, so that lists need no count. */
  stored_fold_count: number;
  features: ColumnType<Json, string, string>;
  thresholds: ColumnType<Json, string, string>;
  prediction_measurement: string;
  status: string;
  target_column: string;
  requested_by: string;
  started_at: Date | null;
  completed_at: Date | null;
  duration_ms: ColumnType<string | number | null, number | null, number | null>;
  summary_metrics: ColumnType<JsonObject, string, string>;
  hyperparameters: ColumnType<JsonObject, string, string>;
  walk_config: ColumnType<JsonObject, string, string>;
  /** Whatever else the client sent. */
  metadata: ColumnType<JsonObject, string, string>;
  created_at: Date;
  updated_at: Date;
}
