/** Making a model: from a template and a few wishes, or from its parts (sigma 7.1). */
import { errors } from '#base/errors.js';
import type { Json, JsonObject } from '#base/json.js';
import type { Principal } from '#services/identity/principal.js';
import type { Database } from '#store/database.js';
import { findModel, insertModel, insertPolicy, type Model, type NewModel, replaceModel } from '#store/model.store.js';
import { findIndicatorSet, listIndicatorSets, type Template, upsertIndicatorSet } from '#store/pack.store.js';
import { inTransaction } from '#store/transaction.js';
import type { StrategyDesk } from './desk.js';
import { type AssetType, defaultLabel, inferPack, parseAsset, parseModelId, shaOf, slug } from './identifiers.js';
import { mayChange, maySee } from './model-access.js';
import { checkConfig, isIndicatorList, mergeConfig, objectAt, readConfig } from './model-config.js';
import { writeModelFiles } from './model-files.js';
import { getPack, getTemplate } from './pack.service.js';
import { defaultPolicy } from './policy.js';
import type { RiskProfile } from './risk-profile.js';

export interface TemplateWish {
  readonly templateId: string;
  readonly name: string;
  readonly riskProfile: RiskProfile;
  readonly config: JsonObject;
}

export interface PartsWish {
  readonly ticker: string;
  readonly asset: AssetType;
  readonly horizon: string;
  readonly cadence: string;
  readonly algo: string;
  readonly variant: string | null;
  readonly packId: string | null;
  readonly indicatorSet: string | null;
  readonly name: string | null;
  readonly riskProfile: RiskProfile | null;
  readonly overwrite: boolean;
  /** Wire names of the fields that were really given: an existing model is compared by these alone. */
  readonly given: readonly string[];
}

export interface CreatedModel {
  readonly model: Model;
  readonly status: 'created' | 'exists';
}

type Desk = Pick<StrategyDesk, 'db' | 'tenancy' | 'workspaceDir'>;

export async function createFromTemplate(desk: Desk, principal: Principal, wish: TemplateWish): Promise<CreatedModel> {
  const template = await getTemplate(desk, wish.templateId);
  const { doc } = template;
  const naming = objectAt(doc, 'naming');
  const named = parseModelId(wish.name);
  const ticker = String(wish.config['ticker'] ?? named?.ticker ?? naming['ticker'] ?? '').toUpperCase();
  const parts = {
    ticker,
    asset_type: named?.asset ?? parseAsset(String(naming['asset'])) ?? 'eq',
    horizon: named?.horizon ?? String(naming['horizon'] ?? doc['horizon']),
    cadence: named?.cadence ?? String(naming['cadence'] ?? doc['cadence']),
  };
  const config = mergeConfig(
    {
      ...parts,
      indicator_set: objectAt(doc, 'indicator_set')['name'] ?? null,
      model: doc['algo'] ?? 'gbm',
      task: 'classification',
      hyperparams: objectAt(doc, 'hyperparams'),
      labels: doc['labels'] ?? { kind: defaultLabel(template.packId, parts.horizon, parts.cadence), params: {} },
    },
    { ...wish.config, ticker },
  );
  const wanted = draftOf(desk, principal, {
    template,
    packId: template.packId,
    name: wish.name,
    riskProfile: wish.riskProfile,
    config,
  });
  if (named !== undefined)
    return insertOrMatch(desk, principal, { ...wanted, modelId: wish.name }, NAMED_FIELDS, false);
  const base = `${ticker}_${naming['asset'] ?? 'equity'}_${parts.horizon}_${parts.cadence}`;
  for (const modelId of idsFrom(base, wish.name)) {
    const model = await insertDraft(desk, { ...wanted, modelId });
    if (model !== undefined) return { model, status: 'created' };
  }
  throw errors.modelExists(base, ['name']);
}

/** A name that is an id claims that very id, so a repeat must find it, not pile up variants. */
const NAMED_FIELDS = ['ticker', 'asset_type', 'horizon', 'cadence', 'algo', 'risk_profile'];

function* idsFrom(base: string, name: string): Generator<string> {
  yield base;
  const suffixed = `${base}_${slug(name) || 'copy'}`;
  yield suffixed;
  for (let n = 2; n <= 1000; n++) yield `${suffixed}_${n}`;
}

export async function createFromParts(desk: Desk, principal: Principal, wish: PartsWish): Promise<CreatedModel> {
  const packId = wish.packId ?? inferPack(wish.horizon, wish.cadence);
  const pack = await getPack(desk, packId);
  const modelId = [wish.ticker, wish.asset, wish.horizon, wish.cadence, wish.variant]
    .filter((part) => part !== null)
    .join('_')
    .toLowerCase();
  const indicatorSet = wish.indicatorSet ?? (await defaultSet(desk, packId, wish.asset, pack.meta));
  if (indicatorSet !== null && (await findIndicatorSet(desk.db, { packId, name: indicatorSet })) === undefined)
    throw errors.invalidParameter('indicator_set_name', `pack ${packId} has no indicator set ${indicatorSet}`);
  const wanted = draftOf(desk, principal, {
    template: null,
    packId,
    name: wish.name ?? modelId,
    riskProfile: wish.riskProfile ?? 'balanced',
    config: {
      model_id: modelId,
      ticker: wish.ticker.toUpperCase(),
      asset_type: wish.asset,
      horizon: wish.horizon,
      cadence: wish.cadence,
      indicator_set: indicatorSet,
      model: wish.algo,
      task: 'classification',
      hyperparams: {},
      labels: { kind: defaultLabel(packId, wish.horizon, wish.cadence), params: {} },
    },
  });
  return insertOrMatch(desk, principal, { ...wanted, modelId }, wish.given, wish.overwrite);
}

/** The set of the pack that is made for this kind of asset, else the pack's default. */
async function defaultSet(desk: Desk, packId: string, asset: AssetType, meta: JsonObject): Promise<string | null> {
  const sets = await listIndicatorSets(desk.db, packId);
  const fitting = sets.find((set) => set.scope === 'pack' && set.name.endsWith(`_${asset}_default`));
  return fitting?.name ?? (typeof meta['default_indicator_set'] === 'string' ? meta['default_indicator_set'] : null);
}

interface Draft extends Omit<NewModel, 'modelId' | 'configSha'> {
  readonly policy: JsonObject;
}

function draftOf(
  desk: Desk,
  principal: Principal,
  wish: { template: Template | null; packId: string; name: string; riskProfile: RiskProfile; config: JsonObject },
): Draft {
  checkConfig(wish.config);
  const spec = readConfig(wish.config, wish.packId);
  const defaults = wish.template === null ? {} : objectAt(wish.template.doc, 'policy_defaults');
  return {
    packId: wish.packId,
    name: wish.name,
    ticker: spec.ticker,
    assetType: spec.asset,
    horizon: spec.horizon,
    cadence: spec.cadence,
    algo: spec.algo,
    riskProfile: wish.riskProfile,
    templateId: wish.template?.templateId ?? null,
    templateVersion: wish.template?.templateVersion ?? null,
    ownerId: principal.userId,
    visibility: desk.tenancy === 'single' ? 'shared' : 'private',
    createdBy: principal.userId,
    config: wish.config,
    policy: defaultPolicy({ risk_profile: wish.riskProfile, risk_budget: objectAt(defaults, 'risk_budget') }),
  };
}

/** An id that is taken: the same model again, or a conflict, or (when asked) the new configuration over the old. */
async function insertOrMatch(
  desk: Desk,
  principal: Principal,
  draft: Draft & { modelId: string },
  given: readonly string[],
  overwrite: boolean,
): Promise<CreatedModel> {
  const created = await insertDraft(desk, draft);
  if (created !== undefined) return { model: created, status: 'created' };
  const existing = await findModel(desk.db, draft.modelId);
  if (existing === undefined || !maySee(existing, principal)) throw errors.modelExists(draft.modelId, ['owner']);
  const differs = given.filter((field) => fieldOf(existing, field) !== fieldOf(draft, field));
  if (differs.length === 0) return { model: existing, status: 'exists' };
  if (!overwrite) throw errors.modelExists(existing.modelId, differs);
  if (!mayChange({ tenancy: desk.tenancy }, existing, principal)) throw errors.modelForeign(existing.modelId);
  const { policy: _, ...model } = { ...draft, modelId: existing.modelId, packId: existing.packId };
  await inTransaction(desk.db, (tx) => replaceModel(tx, withConfigSha(model), principal.userId));
  const replaced = await findModel(desk.db, existing.modelId);
  await writeModelFiles(desk, replaced!, draft.policy);
  return { model: replaced!, status: 'created' };
}

function fieldOf(model: Omit<NewModel, 'configSha' | 'modelId'>, field: string): Json | undefined {
  if (field === 'ticker') return model.ticker.toUpperCase();
  if (field === 'asset_type') return model.assetType;
  if (field === 'horizon') return model.horizon;
  if (field === 'cadence') return model.cadence;
  if (field === 'algo') return model.algo;
  if (field === 'pack_id') return model.packId;
  if (field === 'name') return model.name;
  if (field === 'risk_profile') return model.riskProfile;
  if (field === 'indicator_set_name') return model.config['indicator_set'];
  return undefined;
}

const withConfigSha = (model: Omit<NewModel, 'configSha'>): NewModel => {
  const config = { ...model.config, model_id: model.modelId };
  return { ...model, config, configSha: shaOf(config) };
};

/** Undefined when the id is taken. The model, its own indicators and its policy appear together. */
async function insertDraft(desk: Desk, { policy, ...draft }: Draft & { modelId: string }): Promise<Model | undefined> {
  const model = withConfigSha(draft);
  const isNew = await inTransaction(desk.db, async (tx) => {
    if (!(await insertModel(tx, model))) return false;
    await insertPolicy(tx, { modelId: model.modelId, packId: model.packId, policy, policySha: shaOf(policy) });
    await writeOwnIndicators(tx, model);
    return true;
  });
  if (!isNew) return undefined;
  const stored = await findModel(desk.db, model.modelId);
  await writeModelFiles(desk, stored!, policy);
  return stored;
}

/** Indicators given to a model are a set of its own, so that they have a name and a version like all others. */
export async function writeOwnIndicators(db: Database, model: NewModel): Promise<void> {
  const indicators = model.config['indicators'];
  if (indicators === undefined || !isIndicatorList(indicators)) return;
  const before = await findIndicatorSet(db, { packId: model.packId, name: model.modelId, modelId: model.modelId });
  const indicatorSetSha = shaOf({ name: model.modelId, indicators });
  if (before?.indicatorSetSha === indicatorSetSha) return;
  await upsertIndicatorSet(db, {
    packId: model.packId,
    scope: 'model',
    modelId: model.modelId,
    name: model.modelId,
    version: (before?.version ?? 0) + 1,
    description: `Given to ${model.modelId}`,
    indicators,
    indicatorSetSha,
  });
}
