import type { Generated } from 'kysely';
import type { Json } from '#base/json.js';

/** One search over configurations of a model; unique by sweep_run_id and by sweep_id (`sweep_...`). */
export interface BacktestSweepTable {
  sweep_run_id: Generated<number>;
  sweep_id: string;
  job_id: string;
  model_id: string;
  pack_id: string;
  status: Generated<string>;
  spec: Json;
  total_configs: number;
  summary: Json | null;
  report_sha: string | null;
  report_path: string | null;
  pbo: number | null;
  matrix_sha: string;
  run_sha: string;
  lineage: Json | null;
  tag: string | null;
  error: Json | null;
  owner_id: string | null;
  created_at: Generated<Date>;
  started_at: Date | null;
  finished_at: Date | null;
}
