import type { Generated } from 'kysely';
import type { Json } from '#base/json.js';

/** One configuration of a sweep and what came of it; unique by sweep and position, in the order of the grid. */
export interface SweepResultTable {
  sweep_result_id: Generated<number>;
  sweep_run_id: number;
  position: number;
  kind: string;
  params: Json;
  status: string;
  metrics: Json | null;
  gate: Json | null;
  score: number | null;
  /** Fold rows and the best figures, without the equity line. */
  result: Json | null;
  error: Json | null;
  backtest_run_id: number | null;
  created_at: Generated<Date>;
}
