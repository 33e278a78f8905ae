import type { Generated } from 'kysely';
import type { Json } from '#base/json.js';

/** What a model is made of, as it stands now; one row a model. */
export interface ModelConfigTable {
  model_id: string;
  pack_id: string;
  config: Json;
  config_sha: string;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}
