import type { Generated } from 'kysely';
import type { Json } from '#base/json.js';

/** Every configuration a model ever had; unique by model_id and version, counted from 1. */
export interface ModelConfigVersionTable {
  model_id: string;
  version: number;
  config: Json;
  config_sha: string;
  updated_by: string | null;
  created_at: Generated<Date>;
}
