import type { Generated } from 'kysely';
import type { Json } from '#base/json.js';

/** One training of a model on one matrix; unique by training_run_id and by its job. */
export interface TrainingRunTable {
  training_run_id: Generated<number>;
  job_id: string;
  model_id: string;
  pack_id: string;
  status: Generated<string>;
  params: Json;
  metrics: Json | null;
  /** What was learned, for people: features, importances, classes, calibration. */
  summary: Json | null;
  matrix_sha: string | null;
  model_sha: string | null;
  model_out: string | null;
  /** The normalised key of the request: equal keys are the same training. */
  run_sha: string;
  lineage: Json | null;
  tag: string | null;
  error: Json | null;
  owner_id: string | null;
  created_at: Generated<Date>;
  started_at: Date | null;
  finished_at: Date | null;
}
