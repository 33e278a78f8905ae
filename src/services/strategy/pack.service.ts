/** Packs, their templates and indicator sets: loaded from files once, then the rows are the truth. */
import { errors } from '#base/errors.js';
import type { Json, JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import type { Database } from '#store/database.js';
import { insertModel, insertPolicy, listModelIds } from '#store/model.store.js';
import {
  findPack,
  findPublishedTemplate,
  type IndicatorSet,
  insertPack,
  insertTemplate,
  listIndicatorSets,
  listPacks,
  listTemplates,
  type Pack,
  type PackListed,
  type Template,
  upsertIndicatorSet,
} from '#store/pack.store.js';
import { inTransaction } from '#store/transaction.js';
import type { StrategyDesk } from './desk.js';
import { shaOf } from './identifiers.js';
import { checkConfig, objectAt, readConfig } from './model-config.js';
import { type PackFiles, readPackFiles } from './pack-files.js';
import { defaultPolicy, normalisePolicy } from './policy.js';
import { tableBudget } from './risk-profile.js';

export type { IndicatorSet, Pack, PackListed, Template } from '#store/pack.store.js';

/** Brings the shipped packs into an empty database; a pack that is there already is left alone. Gives the ids that were new. */
export async function loadPacks(desk: Pick<StrategyDesk, 'db'>, packsDir: string): Promise<string[]> {
  const loaded: string[] = [];
  for (const files of await readPackFiles(packsDir)) {
    const isNew = await inTransaction(desk.db, (tx) => insertPackFiles(tx, files));
    if (isNew) loaded.push(files.packId);
  }
  return loaded;
}

async function insertPackFiles(db: Database, files: PackFiles): Promise<boolean> {
  const { packId, pack, indicatorSets, templates } = files;
  const packSha = shaOf({ pack, indicator_sets: indicatorSets, templates });
  const version = typeof pack['version'] === 'number' ? pack['version'] : 1;
  if (!(await insertPack(db, { packId, meta: pack, version, packSha }))) return false;
  for (const document of indicatorSets) await upsertIndicatorSet(db, setOf(packId, document));
  for (const document of templates)
    await insertTemplate(db, {
      templateId: String(document['template_id']),
      version: typeof document['template_version'] === 'number' ? document['template_version'] : 1,
      packId,
      status: document['status'] === 'draft' || document['status'] === 'archived' ? document['status'] : 'published',
      doc: document,
    });
  for (const config of files.modelConfigs) await insertShippedModel(db, files, config);
  return true;
}

/** A model that ships belongs to the house and is seen by everyone. */
async function insertShippedModel(db: Database, { packId, policies }: PackFiles, config: JsonObject): Promise<void> {
  checkConfig(config);
  const modelId = String(config['model_id']);
  const spec = readConfig(config, packId);
  await insertModel(db, {
    modelId,
    packId,
    name: typeof config['name'] === 'string' ? config['name'] : modelId,
    ticker: spec.ticker,
    assetType: spec.asset,
    horizon: spec.horizon,
    cadence: spec.cadence,
    algo: spec.algo,
    riskProfile: 'balanced',
    templateId: null,
    templateVersion: null,
    ownerId: null,
    visibility: 'shared',
    createdBy: null,
    config,
    configSha: shaOf(config),
  });
  const policy = normalisePolicy(policies.get(modelId) ?? defaultPolicy());
  await insertPolicy(db, { modelId, packId, policy, policySha: shaOf(policy) });
}

const setOf = (packId: string, document: JsonObject): IndicatorSet => {
  const indicators = (document['indicators'] ?? []) as readonly Json[];
  return {
    packId,
    scope: typeof document['model_id'] === 'string' ? 'model' : 'pack',
    modelId: typeof document['model_id'] === 'string' ? document['model_id'] : null,
    name: String(document['name']),
    version: typeof document['version'] === 'number' ? document['version'] : 1,
    description: String(document['description'] ?? ''),
    indicators,
    indicatorSetSha: shaOf({ name: String(document['name']), indicators }),
  };
};

export const browsePacks = (desk: Pick<StrategyDesk, 'db'>, page: PageRequest): Promise<Page<PackListed>> =>
  listPacks(desk.db, page);

/** Throws packMissing. */
export async function getPack(desk: Pick<StrategyDesk, 'db'>, packId: string): Promise<Pack> {
  const pack = await findPack(desk.db, packId);
  if (pack === undefined) throw errors.packMissing(packId);
  return pack;
}

export interface PackContents {
  readonly pack: Pack;
  readonly indicatorSets: readonly IndicatorSet[];
  readonly templates: readonly Template[];
  readonly modelIds: readonly string[];
  /** Budgets by profile: the table with the pack's own overrides. */
  readonly riskProfiles: JsonObject;
}

export async function getPackContents(desk: Pick<StrategyDesk, 'db'>, packId: string): Promise<PackContents> {
  const pack = await getPack(desk, packId);
  const [indicatorSets, templates, modelIds] = await Promise.all([
    listIndicatorSets(desk.db, packId),
    listTemplates(desk.db, { packId, status: 'published' }),
    listModelIds(desk.db, packId),
  ]);
  const riskProfiles = Object.fromEntries(
    (['conservative', 'balanced', 'aggressive'] as const).map((profile) => [
      profile,
      { ...tableBudget(packId, profile), ...packBudget(pack, profile) },
    ]),
  );
  return { pack, indicatorSets, templates, modelIds, riskProfiles };
}

export const packBudget = (pack: Pack, profile: string): JsonObject =>
  objectAt(objectAt(pack.meta, 'risk_profiles'), profile);

/** Throws packMissing when a pack is named that is not there. */
export async function browseTemplates(
  desk: Pick<StrategyDesk, 'db'>,
  filter: { packId?: string; status?: Template['status'] },
): Promise<Template[]> {
  if (filter.packId !== undefined) await getPack(desk, filter.packId);
  return listTemplates(desk.db, filter);
}

export async function browseIndicatorSets(desk: Pick<StrategyDesk, 'db'>, packId: string): Promise<IndicatorSet[]> {
  await getPack(desk, packId);
  return listIndicatorSets(desk.db, packId);
}

/** The newest published version; throws templateMissing. */
export async function getTemplate(desk: Pick<StrategyDesk, 'db'>, templateId: string): Promise<Template> {
  const template = await findPublishedTemplate(desk.db, templateId);
  if (template === undefined) throw errors.templateMissing(templateId);
  return template;
}
