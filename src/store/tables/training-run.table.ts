import type { Generated } from 'kysely';
import type { Json } from '#base/json.js';
import type { RunLifeColumns } from '../run-life.js';

/** One training of a model on one matrix; unique by training_run_id and by its job. */
export interface TrainingRunTable extends RunLifeColumns {
  training_run_id: Generated<number>;
  params: Json;
  metrics: Json | null;
  /** What was learned, for people: features, importances, classes, calibration. */
  summary: Json | null;
  matrix_sha: string | null;
  model_sha: string | null;
  model_out: string | null;
  /** The normalised key of the request: equal keys are the same training. */
  run_sha: string;
}
