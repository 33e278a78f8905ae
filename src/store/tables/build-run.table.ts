import type { Generated } from 'kysely';
import type { Json } from '#base/json.js';

/** One building of a matrix; unique by build_run_id and by its job. `matrix_sha` keys the resolved inputs, `artifact_sha` names the CSV's bytes. */
export interface BuildRunTable {
  build_run_id: Generated<number>;
  job_id: string;
  model_id: string;
  pack_id: string;
  status: Generated<string>;
  params: Json;
  metrics: Json | null;
  matrix_sha: string | null;
  artifact_sha: string | null;
  bars_sha: string | null;
  path: string | null;
  out_csv: string | null;
  lineage: Json | null;
  tag: string | null;
  error: Json | null;
  owner_id: string | null;
  created_at: Generated<Date>;
  started_at: Date | null;
  finished_at: Date | null;
}
