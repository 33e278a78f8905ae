/** Queries on packs, their templates and their indicator sets. */
import { type Selectable, sql } from 'kysely';
import type { Json, JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import type { Database } from './database.js';
import { readPage } from './read-page.js';
import type { IndicatorSetTable } from './tables/indicator-set.table.js';
import type { ModelTemplateTable } from './tables/model-template.table.js';
import type { PackTable } from './tables/pack.table.js';

export interface Pack {
  readonly packId: string;
  readonly meta: JsonObject;
  readonly version: number;
  readonly packSha: string;
  readonly updatedBy: string | null;
  readonly updatedAtMs: number;
}

export interface PackListed extends Pack {
  readonly modelsCount: number;
  readonly templatesCount: number;
}

export interface Template {
  readonly templateId: string;
  readonly templateVersion: number;
  readonly packId: string;
  readonly status: ModelTemplateTable['status'];
  readonly doc: JsonObject;
}

export interface IndicatorSet {
  readonly packId: string;
  readonly scope: 'pack' | 'model';
  /** Null for a pack's set. */
  readonly modelId: string | null;
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly indicators: readonly Json[];
  readonly indicatorSetSha: string;
}

/** False when the pack is there already: what was loaded once is never overwritten by files. */
export async function insertPack(
  db: Database,
  pack: { packId: string; meta: JsonObject; version: number; packSha: string },
): Promise<boolean> {
  const row = await db
    .insertInto('pack')
    .values({
      pack_id: pack.packId,
      meta: JSON.stringify(pack.meta),
      version: pack.version,
      pack_sha: pack.packSha,
      updated_by: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('pack_id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function findPack(db: Database, packId: string): Promise<Pack | undefined> {
  const row = await db.selectFrom('pack').selectAll().where('pack_id', '=', packId).executeTakeFirst();
  return row && packFromRow(row);
}

/** Sorted by id, with how many models and published templates each holds. */
export async function listPacks(db: Database, page: PageRequest): Promise<Page<PackListed>> {
  const packs = db.selectFrom('pack').select((eb) => [
    eb
      .selectFrom('model')
      .whereRef('model.pack_id', '=', 'pack.pack_id')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .as('models_count'),
    eb
      .selectFrom('model_template')
      .whereRef('model_template.pack_id', '=', 'pack.pack_id')
      .where('status', '=', 'published')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .as('templates_count'),
  ]);
  return readPage(
    packs,
    page,
    (matching) => matching.selectAll('pack').orderBy('pack_id'),
    (row) => ({
      ...packFromRow(row),
      modelsCount: Number(row.models_count ?? 0),
      templatesCount: Number(row.templates_count ?? 0),
    }),
  );
}

export async function insertTemplate(
  db: Database,
  template: { templateId: string; version: number; packId: string; status: Template['status']; doc: JsonObject },
): Promise<void> {
  await db
    .insertInto('model_template')
    .values({
      template_id: template.templateId,
      template_version: template.version,
      pack_id: template.packId,
      status: template.status,
      doc: JSON.stringify(template.doc),
      published_at: template.status === 'published' ? sql<Date>`now()` : null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The newest published version. */
export async function findPublishedTemplate(db: Database, templateId: string): Promise<Template | undefined> {
  const row = await db
    .selectFrom('model_template')
    .selectAll()
    .where('template_id', '=', templateId)
    .where('status', '=', 'published')
    .orderBy('template_version', 'desc')
    .executeTakeFirst();
  return row && templateFromRow(row);
}

/** By pack, id and version; all statuses when none is named. */
export async function listTemplates(
  db: Database,
  filter: { packId?: string; status?: Template['status'] },
): Promise<Template[]> {
  let query = db.selectFrom('model_template').selectAll();
  if (filter.packId !== undefined) query = query.where('pack_id', '=', filter.packId);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  const rows = await query.orderBy('pack_id').orderBy('template_id').orderBy('template_version').execute();
  return rows.map(templateFromRow);
}

/** Writes a version of a set; the same version again replaces it. */
export async function upsertIndicatorSet(db: Database, set: IndicatorSet): Promise<void> {
  const values = {
    pack_id: set.packId,
    scope: set.scope,
    model_id: set.modelId ?? '',
    name: set.name,
    version: set.version,
    description: set.description,
    indicators: JSON.stringify(set.indicators),
    indicator_set_sha: set.indicatorSetSha,
  };
  await db
    .insertInto('indicator_set')
    .values(values)
    .onConflict((conflict) =>
      conflict.columns(['pack_id', 'scope', 'model_id', 'name', 'version']).doUpdateSet({
        description: values.description,
        indicators: values.indicators,
        indicator_set_sha: values.indicator_set_sha,
      }),
    )
    .execute();
}

/** A pack's sets, its own before those of its models, by name. */
export async function listIndicatorSets(db: Database, packId: string): Promise<IndicatorSet[]> {
  const rows = await db
    .selectFrom('indicator_set')
    .selectAll()
    .where('pack_id', '=', packId)
    .orderBy('scope', 'desc')
    .orderBy('name')
    .orderBy('model_id')
    .orderBy('version')
    .execute();
  return rows.map(setFromRow);
}

/** The newest version of a set by its name: the model's own first, then its pack's. */
export async function findIndicatorSet(
  db: Database,
  key: { packId: string; name: string; modelId?: string },
): Promise<IndicatorSet | undefined> {
  const row = await db
    .selectFrom('indicator_set')
    .selectAll()
    .where('pack_id', '=', key.packId)
    .where('name', '=', key.name)
    .where('model_id', 'in', ['', key.modelId ?? ''])
    // A model's own set has a longer model_id than the empty one of its pack's.
    .orderBy('model_id', 'desc')
    .orderBy('version', 'desc')
    .executeTakeFirst();
  return row && setFromRow(row);
}

const packFromRow = (row: Selectable<PackTable>): Pack => ({
  packId: row.pack_id,
  meta: row.meta as JsonObject,
  version: row.version,
  packSha: row.pack_sha,
  updatedBy: row.updated_by,
  updatedAtMs: row.updated_at.getTime(),
});

const templateFromRow = (row: Selectable<ModelTemplateTable>): Template => ({
  templateId: row.template_id,
  templateVersion: row.template_version,
  packId: row.pack_id,
  status: row.status,
  doc: row.doc as JsonObject,
});

const setFromRow = (row: Selectable<IndicatorSetTable>): IndicatorSet => ({
  packId: row.pack_id,
  scope: row.scope,
  modelId: row.model_id === '' ? null : row.model_id,
  name: row.name,
  version: row.version,
  description: row.description,
  indicators: row.indicators as readonly Json[],
  indicatorSetSha: row.indicator_set_sha,
});
