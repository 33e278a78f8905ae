import type { Generated } from 'kysely';
import type { Json } from '#base/json.js';

/** One version of a template that models are made from; unique by template_id and template_version. */
export interface ModelTemplateTable {
  template_id: string;
  template_version: number;
  pack_id: string;
  status: 'draft' | 'published' | 'archived';
  doc: Json;
  published_at: Date | null;
  created_at: Generated<Date>;
}
