import type { ColumnType } from 'kysely';
import type { JsonObject } from '#base/json.js';

/** One trading simulation over the predictions of a run; unique by simulation_id. */
export interface SimulationTable {
  simulation_id: string;
  run_id: string;
  dataset_id: string;
  initial_capital: number;
  parameters: ColumnType<JsonObject, string, string>;
  results: ColumnType<JsonObject, string, string>;
  input_run_measurement: string;
  questdb_namespace: string;
  /** `long`, `short` or `dual` by habit. */
  mode: string;
  status: string;
  /** Kept equal to the number of trade rows by the transaction that writes them. */
  trade_count: number;
  metadata: ColumnType<JsonObject, string, string>;
  started_at: Date | null;
  completed_at: Date | null;
  created_at: Date;
  updated_at: Date;
}
