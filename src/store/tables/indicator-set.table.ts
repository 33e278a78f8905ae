import type { Generated } from 'kysely';
import type { Json } from '#base/json.js';

/** A named list of indicators, of a pack or of one model; unique by pack_id, scope, model_id, name and version. */
export interface IndicatorSetTable {
  indicator_set_id: Generated<number>;
  pack_id: string;
  scope: 'pack' | 'model';
  /** The empty string for a pack's set, so that the unique key holds. */
  model_id: string;
  name: string;
  version: number;
  description: string;
  indicators: Json;
  indicator_set_sha: string;
  created_at: Generated<Date>;
}
