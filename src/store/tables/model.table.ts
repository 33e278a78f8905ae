import type { Generated } from 'kysely';

/** One strategy model; unique by model_id ignoring case, kept in the spelling it was created with. */
export interface ModelTable {
  model_id: string;
  pack_id: string;
  name: string;
  ticker: string;
  asset_type: string;
  horizon: string;
  cadence: string;
  algo: string;
  risk_profile: string;
  template_id: string | null;
  template_version: number | null;
  owner_id: string | null;
  visibility: Generated<'shared' | 'private'>;
  status: Generated<string>;
  created_by: string | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}
