/** Models as both seeds read them (contract 7). */
import { z } from 'zod';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import { ALGOS, CADENCES, isHorizon, parseAsset } from '#services/strategy/identifiers.js';
import type {
  CreatedModel,
  ListedModel,
  ModelView,
  PartsWish,
  PatchedModel,
  TemplateWish,
} from '#services/strategy/model.service.js';
import { configPath, policyPath } from '#services/strategy/model-files.js';
import { capitalised } from '#services/strategy/risk-profile.js';
import { choiceOf, flagOf, type Given, needText, objectOf, pick, riskProfileOf, textOf, tickerOf } from './fields.js';
import { toTs } from './job.wire.js';

export const ModelPost = z.looseObject({
  template_id: z.string().optional(),
  name: z.unknown().optional(),
  risk_profile: z.unknown().optional(),
  config: z.unknown().optional(),
  ticker: z.unknown().optional(),
  asset_type: z.unknown().optional(),
  horizon: z.unknown().optional(),
  cadence: z.unknown().optional(),
  algo: z.unknown().optional(),
  variant: z.unknown().optional(),
  pack_id: z.unknown().optional(),
  pack: z.unknown().optional(),
  indicator_set_name: z.unknown().optional(),
  overwrite: z.unknown().optional(),
});

export const ModelPatch = z.looseObject({
  pack_id: z.string().optional(),
  config: z.looseObject({}),
});

export const ModelRowWire = z.looseObject({
  id: z.string(),
  model_id: z.string(),
  pack_id: z.string(),
  path: z.string(),
  name: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  ticker: z.string(),
  asset_type: z.string(),
  horizon: z.string(),
  cadence: z.string(),
  algo: z.string(),
  risk_profile: z.string(),
  sharpe: z.number().nullable(),
  cum_ret: z.number().nullable(),
});

export const ModelCreatedWire = z.looseObject({
  ok: z.literal(true),
  model_id: z.string(),
  id: z.string(),
  pack_id: z.string(),
  created_at: z.string(),
  status: z.enum(['created', 'exists']),
  message: z.string(),
  paths: z.object({ config: z.string(), policy: z.string() }),
});

export const ModelDetailWire = z.looseObject({
  ok: z.literal(true),
  id: z.string(),
  model_id: z.string(),
  pack_id: z.string(),
});

export const ModelPatchedWire = z.looseObject({
  ok: z.literal(true),
  model_id: z.string(),
  config_sha: z.string(),
  previous_config_sha: z.string(),
  rebuild_required: z.boolean(),
});

export const templateWishOf = (body: Given): TemplateWish => ({
  templateId: needText(body['template_id'], 'template_id', 64),
  name: needText(body['name'], 'name'),
  riskProfile: riskProfileOf(body['risk_profile']) ?? 'balanced',
  config: objectOf(body['config'], 'config') ?? {},
});

const COMPARED = [
  'ticker',
  'asset_type',
  'horizon',
  'cadence',
  'algo',
  'pack_id',
  'name',
  'indicator_set_name',
  'risk_profile',
];

export function partsWishOf(body: Given): PartsWish {
  const ticker = tickerOf(body['ticker']);
  if (ticker === null) throw errors.missingParameter('ticker');
  // A ticker that names a file must be spelt as a model id spells it.
  if (!/^[A-Z0-9.-]{1,12}$/.test(ticker))
    throw errors.invalidParameter('ticker', 'Must be letters, digits, dot or dash');
  const assetText = textOf(body['asset_type'], 'asset_type', 16) ?? 'opt';
  const asset = parseAsset(assetText);
  if (asset === undefined) throw errors.invalidParameter('asset_type', 'Must be eq or opt');
  const horizon = (textOf(body['horizon'], 'horizon', 16) ?? '0dte').toLowerCase();
  if (!isHorizon(horizon))
    throw errors.invalidParameter('horizon', 'Must be 0dte, intraday, swing, long, 5d, 2w or alike');
  const variant = textOf(body['variant'], 'variant', 64)?.toLowerCase() ?? null;
  if (variant !== null && !/^[a-z0-9_]{1,64}$/.test(variant))
    throw errors.invalidParameter('variant', 'Must be letters, digits or _');
  return {
    ticker,
    asset,
    horizon,
    cadence: choiceOf(body['cadence'], 'cadence', CADENCES) ?? 'hourly',
    algo: choiceOf(body['algo'], 'algo', ALGOS) ?? 'gbm',
    variant,
    packId: textOf(pick(body, 'pack_id', 'pack'), 'pack_id', 32),
    indicatorSet: textOf(body['indicator_set_name'], 'indicator_set_name', 64),
    name: textOf(body['name'], 'name'),
    riskProfile: riskProfileOf(body['risk_profile']),
    overwrite: flagOf(body['overwrite'], 'overwrite') ?? false,
    given: COMPARED.filter((field) => body[field] !== undefined && body[field] !== null),
  };
}

export function toModelRow({ model, run }: ListedModel): z.infer<typeof ModelRowWire> {
  const figure = (name: string) => numberOrNull(run?.metrics?.[name]);
  return {
    id: model.modelId,
    model_id: model.modelId,
    pack_id: model.packId,
    path: configPath(model),
    updated_at: toTs(model.updatedAtMs),
    created_at: toTs(model.createdAtMs),
    name: model.name,
    ticker: model.ticker,
    asset_type: model.assetType,
    horizon: model.horizon,
    cadence: model.cadence,
    algo: model.algo,
    risk_profile: model.riskProfile,
    status: model.status,
    config: model.config,
    sharpe: figure('sharpe'),
    cum_ret: figure('cum_ret'),
    win_rate: figure('win_rate'),
    trades: figure('trades'),
    gate: run?.gate ?? null,
    lineage: run?.lineage ?? { config_sha: model.configSha, risk_profile: capitalised(model.riskProfile) },
  };
}

export const toCreated = ({ model, status }: CreatedModel, warnings: readonly string[]) => ({
  ok: true as const,
  model_id: model.modelId,
  id: model.modelId,
  pack_id: model.packId,
  created_at: toTs(model.createdAtMs),
  status,
  message: status,
  paths: { config: configPath(model), policy: policyPath(model) },
  name: model.name,
  template_id: model.templateId,
  template_version: model.templateVersion,
  risk_profile: capitalised(model.riskProfile),
  lineage: { config_sha: model.configSha, risk_profile: capitalised(model.riskProfile) },
  ...(warnings.length > 0 ? { warnings } : {}),
});

export function toModelDetail(view: ModelView) {
  const { model, policy, run, lastBacktest, lastTraining } = view;
  return {
    ok: true as const,
    ...toModelRow({ model, run }),
    config: {
      ...model.config,
      ticker: model.ticker,
      indicators: view.indicatorsGiven,
      indicators_resolved: view.indicatorsResolved,
      thresholds: model.config['thresholds'] ?? null,
    },
    metrics: run?.metrics ?? null,
    lineage: view.lineage,
    policy: policy?.policy ?? null,
    policy_version: policy?.version ?? null,
    status: model.status,
    template_id: model.templateId,
    template_version: model.templateVersion,
    config_sha: model.configSha,
    last_backtest: lastBacktest === undefined ? null : endOf(lastBacktest.backtestId, lastBacktest.finishedAtMs),
    last_training: lastTraining === undefined ? null : endOf(lastTraining.jobId, lastTraining.finishedAtMs),
  };
}

const endOf = (id: string, finishedAtMs: number | null): JsonObject => ({
  id,
  finished_at: finishedAtMs === null ? null : toTs(finishedAtMs),
});

export const toPatched = (
  { model, previousConfigSha, rebuildRequired }: PatchedModel,
  warnings: readonly string[],
) => ({
  ok: true as const,
  model_id: model.modelId,
  id: model.modelId,
  path: configPath(model),
  config: model.config,
  config_sha: model.configSha,
  previous_config_sha: previousConfigSha,
  rebuild_required: rebuildRequired,
  ...(warnings.length > 0 ? { warnings } : {}),
});

const numberOrNull = (value: unknown) => (typeof value === 'number' ? value : null);
