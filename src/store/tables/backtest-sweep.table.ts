import type { Generated } from 'kysely';
import type { Json } from '#base/json.js';
import type { RunLifeColumns } from '../run-life.js';

/** One search over configurations of a model; unique by sweep_run_id and by sweep_id (`sweep_...`). */
export interface BacktestSweepTable extends RunLifeColumns {
  sweep_run_id: Generated<number>;
  sweep_id: string;
  spec: Json;
  total_configs: number;
  summary: Json | null;
  report_sha: string | null;
  report_path: string | null;
  pbo: number | null;
  matrix_sha: string;
  run_sha: string;
}
