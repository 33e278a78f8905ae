import type { Generated } from 'kysely';
import type { Json } from '#base/json.js';

/** One strategy pack; unique by pack_id. Shipped packs are read from files once; afterwards this row is the truth. */
export interface PackTable {
  pack_id: string;
  meta: Json;
  version: number;
  pack_sha: string;
  updated_by: string | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}
