import type { Generated } from 'kysely';
import type { Json } from '#base/json.js';
import type { RunLifeColumns } from '../run-life.js';

/** One building of a matrix; unique by build_run_id and by its job. `matrix_sha` keys the resolved inputs, `artifact_sha` names the CSV's bytes. */
export interface BuildRunTable extends RunLifeColumns {
  build_run_id: Generated<number>;
  params: Json;
  metrics: Json | null;
  matrix_sha: string | null;
  artifact_sha: string | null;
  bars_sha: string | null;
  path: string | null;
  out_csv: string | null;
}
