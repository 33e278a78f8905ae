/** Queries on models, their configurations and their policies. */
import { type Selectable, type SqlBool, sql } from 'kysely';
import type { JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import type { Database } from './database.js';
import { readPage } from './read-page.js';
import type { ModelTable } from './tables/model.table.js';
import type { Viewer } from './viewer.js';

export type { Viewer } from './viewer.js';

export interface Model {
  readonly modelId: string;
  readonly packId: string;
  readonly name: string;
  readonly ticker: string;
  readonly assetType: string;
  readonly horizon: string;
  readonly cadence: string;
  readonly algo: string;
  readonly riskProfile: string;
  readonly templateId: string | null;
  readonly templateVersion: number | null;
  readonly ownerId: string | null;
  readonly visibility: 'shared' | 'private';
  readonly status: string;
  readonly createdBy: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly config: JsonObject;
  readonly configSha: string;
}

export type NewModel = Omit<Model, 'createdAtMs' | 'updatedAtMs' | 'status'>;

export interface Policy {
  readonly modelId: string;
  readonly version: number;
  readonly policy: JsonObject;
  readonly policySha: string;
}

export interface ModelFilter {
  readonly modelId?: string;
  readonly packId?: string;
  /** Part of the id or the name, any case. */
  readonly text?: string;
  readonly riskProfile?: string;
}

/** The model with its first configuration; false when the id is taken in any spelling. */
export async function insertModel(db: Database, model: NewModel): Promise<boolean> {
  const row = await db
    .insertInto('model')
    .values({ ...toRow(model), model_id: model.modelId })
    .onConflict((conflict) => conflict.doNothing())
    .returning('model_id')
    .executeTakeFirst();
  if (row === undefined) return false;
  await db
    .insertInto('model_config')
    .values({
      model_id: model.modelId,
      pack_id: model.packId,
      config: JSON.stringify(model.config),
      config_sha: model.configSha,
    })
    .execute();
  await appendConfigVersion(db, model.modelId, model.config, model.configSha, model.createdBy);
  return true;
}

/** Replaces what the configuration decides; the id, the pack and the owner stay. */
export async function replaceModel(db: Database, model: NewModel, updatedBy: string | null): Promise<void> {
  const { pack_id: _pack, owner_id: _owner, created_by: _by, visibility: _seen, ...columns } = toRow(model);
  await db
    .updateTable('model')
    .set({ ...columns, updated_at: sql<Date>`now()` })
    .where('model_id', '=', model.modelId)
    .execute();
  await updateConfig(db, model.modelId, model.config, model.configSha, updatedBy);
}

async function updateConfig(
  db: Database,
  modelId: string,
  config: JsonObject,
  configSha: string,
  updatedBy: string | null,
): Promise<void> {
  await db
    .updateTable('model_config')
    .set({ config: JSON.stringify(config), config_sha: configSha, updated_at: sql<Date>`now()` })
    .where('model_id', '=', modelId)
    .execute();
  await appendConfigVersion(db, modelId, config, configSha, updatedBy);
}

async function appendConfigVersion(
  db: Database,
  modelId: string,
  config: JsonObject,
  configSha: string,
  updatedBy: string | null,
): Promise<void> {
  await db
    .insertInto('model_config_version')
    .values(({ selectFrom }) => ({
      model_id: modelId,
      version: selectFrom('model_config_version')
        .where('model_id', '=', modelId)
        .select(sql<number>`coalesce(max(version), 0) + 1`.as('next')),
      config: JSON.stringify(config),
      config_sha: configSha,
      updated_by: updatedBy,
    }))
    .execute();
}

/** Any spelling of the id; a lock keeps two changes of one model apart when asked inside a transaction. */
export async function findModel(
  db: Database,
  modelId: string,
  options: { forUpdate?: boolean } = {},
): Promise<Model | undefined> {
  const query = models(db).where(isNamed(modelId));
  const row = await (options.forUpdate === true ? query.forUpdate() : query).executeTakeFirst();
  return row && fromRow(row);
}

/** Newest change first, then by id. */
export async function listModels(
  db: Database,
  viewer: Viewer,
  filter: ModelFilter,
  page: PageRequest,
): Promise<Page<Model>> {
  let query = models(db);
  if (!viewer.seesAll)
    query = query.where(
      sql<SqlBool>`(model.visibility = 'shared' or model.owner_id is not distinct from ${viewer.userId})`,
    );
  if (filter.modelId !== undefined) query = query.where(isNamed(filter.modelId));
  if (filter.packId !== undefined) query = query.where('model.pack_id', '=', filter.packId);
  if (filter.riskProfile !== undefined) query = query.where('model.risk_profile', '=', filter.riskProfile);
  if (filter.text !== undefined)
    query = query.where(
      sql<SqlBool>`position(lower(${filter.text}) in lower(model.model_id || ' ' || model.name)) > 0`,
    );
  return readPage(
    query,
    page,
    (matching) => matching.orderBy('model.updated_at', 'desc').orderBy('model.model_id'),
    fromRow,
  );
}

export async function listModelIds(db: Database, packId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('model')
    .select('model_id')
    .where('pack_id', '=', packId)
    .orderBy('model_id')
    .execute();
  return rows.map((row) => row.model_id);
}

/** Writes the next version of a model's policy and tells its number. */
export async function insertPolicy(
  db: Database,
  policy: { modelId: string; packId: string; policy: JsonObject; policySha: string },
): Promise<number> {
  const row = await db
    .insertInto('policy')
    .values(({ selectFrom }) => ({
      model_id: policy.modelId,
      pack_id: policy.packId,
      version: selectFrom('policy')
        .where('model_id', '=', policy.modelId)
        .select(sql<number>`coalesce(max(version), 0) + 1`.as('next')),
      policy: JSON.stringify(policy.policy),
      policy_sha: policy.policySha,
    }))
    .returning('version')
    .executeTakeFirstOrThrow();
  return row.version;
}

/** The version in force. */
export async function findPolicy(db: Database, modelId: string): Promise<Policy | undefined> {
  const row = await db
    .selectFrom('policy')
    .selectAll()
    .where('model_id', '=', modelId)
    .orderBy('version', 'desc')
    .executeTakeFirst();
  return (
    row && {
      modelId: row.model_id,
      version: row.version,
      policy: row.policy as JsonObject,
      policySha: row.policy_sha,
    }
  );
}

const isNamed = (modelId: string) => sql<SqlBool>`lower(model.model_id) = ${modelId.toLowerCase()}`;

const models = (db: Database) =>
  db
    .selectFrom('model')
    .innerJoin('model_config', 'model_config.model_id', 'model.model_id')
    .selectAll('model')
    .select(['model_config.config', 'model_config.config_sha']);

const toRow = (model: NewModel) => ({
  pack_id: model.packId,
  name: model.name,
  ticker: model.ticker,
  asset_type: model.assetType,
  horizon: model.horizon,
  cadence: model.cadence,
  algo: model.algo,
  risk_profile: model.riskProfile,
  template_id: model.templateId,
  template_version: model.templateVersion,
  owner_id: model.ownerId,
  visibility: model.visibility,
  created_by: model.createdBy,
});

const fromRow = (row: Selectable<ModelTable> & { config: unknown; config_sha: string }): Model => ({
  modelId: row.model_id,
  packId: row.pack_id,
  name: row.name,
  ticker: row.ticker,
  assetType: row.asset_type,
  horizon: row.horizon,
  cadence: row.cadence,
  algo: row.algo,
  riskProfile: row.risk_profile,
  templateId: row.template_id,
  templateVersion: row.template_version,
  ownerId: row.owner_id,
  visibility: row.visibility,
  status: row.status,
  createdBy: row.created_by,
  createdAtMs: row.created_at.getTime(),
  updatedAtMs: row.updated_at.getTime(),
  config: row.config as JsonObject,
  configSha: row.config_sha,
});
