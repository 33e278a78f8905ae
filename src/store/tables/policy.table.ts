import type { Generated } from 'kysely';
import type { Json } from '#base/json.js';

/** One version of a model's policy (risk, execution, alerting); unique by model_id and version; the highest is in force. */
export interface PolicyTable {
  model_id: string;
  version: number;
  pack_id: string;
  policy: Json;
  policy_sha: string;
  created_at: Generated<Date>;
}
