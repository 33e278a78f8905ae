/** Models: listed, shown with what is known of them, changed. */
import { errors } from '#base/errors.js';
import { canonicalJson, type JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import { describeIndicator, resolveIndicators } from '#engine/indicators/resolve.js';
import type { Principal } from '#services/identity/principal.js';
import type { BacktestRun } from '#store/backtest-run.store.js';
import { findLatestMatrix } from '#store/build-run.store.js';
import { findModel, listModels, type Model, type ModelFilter, replaceModel } from '#store/model.store.js';
import { findLatestSavedRun, findShownRuns } from '#store/shown-run.store.js';
import { findLatestTraining, type TrainingRun } from '#store/training-run.store.js';
import { writeOwnIndicators } from './create-model.js';
import type { StrategyDesk } from './desk.js';
import { shaOf } from './identifiers.js';
import {
  getVisibleModel,
  indicatorsOf,
  lineageOf,
  mayChange,
  type OpenModel,
  openModel,
  riskInForce,
  viewerOf,
} from './model-access.js';
import { checkConfig, mergeConfig, REBUILD_KEYS, readConfig } from './model-config.js';
import { writeModelFiles } from './model-files.js';

export type { Model, ModelFilter } from '#store/model.store.js';
export {
  type CreatedModel,
  createFromParts,
  createFromTemplate,
  type PartsWish,
  type TemplateWish,
} from './create-model.js';

import { inTransaction } from '#store/transaction.js';

export interface ListedModel {
  readonly model: Model;
  /** The run it is shown with: its best one that passes, else the latest saved. */
  readonly run: BacktestRun | undefined;
}

export async function browseModels(
  desk: Pick<StrategyDesk, 'db'>,
  principal: Principal,
  filter: ModelFilter,
  page: PageRequest,
): Promise<Page<ListedModel>> {
  const { items, total } = await listModels(desk.db, viewerOf(principal), filter, page);
  const runs = await findShownRuns(
    desk.db,
    items.map((model) => model.modelId),
  );
  return { items: items.map((model) => ({ model, run: runs.get(model.modelId) })), total };
}

export interface ModelView extends OpenModel {
  readonly indicatorsGiven: readonly (string | JsonObject)[];
  readonly indicatorsResolved: readonly JsonObject[];
  readonly run: BacktestRun | undefined;
  readonly lastBacktest: BacktestRun | undefined;
  readonly lastTraining: TrainingRun | undefined;
  readonly lineage: JsonObject;
}

export async function getModelView(
  desk: Pick<StrategyDesk, 'db' | 'codeVersion'>,
  principal: Principal,
  modelId: string,
): Promise<ModelView> {
  const open = await openModel(desk, principal, modelId);
  const id = open.model.modelId;
  const [runs, lastBacktest, lastTraining, matrix] = await Promise.all([
    findShownRuns(desk.db, [id]),
    findLatestSavedRun(desk.db, id),
    findLatestTraining(desk.db, id),
    findLatestMatrix(desk.db, id),
  ]);
  const given = indicatorsOf(open);
  return {
    ...open,
    indicatorsGiven: given as readonly (string | JsonObject)[],
    indicatorsResolved: resolveIndicators(given).map(describeIndicator),
    run: runs.get(id),
    lastBacktest,
    lastTraining,
    lineage: lineageOf(open, riskInForce(open), desk.codeVersion, {
      matrixSha: matrix?.matrixSha ?? null,
      modelSha: lastTraining?.modelSha ?? null,
      dataSha: matrix?.barsSha ?? null,
    }),
  };
}

export interface PatchedModel {
  readonly model: Model;
  readonly previousConfigSha: string;
  readonly rebuildRequired: boolean;
}

/** Merges into the configuration (sigma 7.4). `ifMatch` names the configuration the caller believes to be changing. */
export async function patchModel(
  desk: Pick<StrategyDesk, 'db' | 'tenancy' | 'workspaceDir'>,
  principal: Principal,
  change: { modelId: string; packId?: string; config: JsonObject; ifMatch?: string },
): Promise<PatchedModel> {
  const previous = await inTransaction(desk.db, async (tx) => {
    const model = await getVisibleModel(tx, principal, change.modelId, { forUpdate: true });
    if (!mayChange(desk, model, principal)) throw errors.modelForeign(model.modelId);
    if (change.packId !== undefined && change.packId !== model.packId)
      throw errors.invalidParameter('pack_id', 'a model stays in its pack');
    const renamed = change.config['model_id'];
    if (renamed !== undefined && renamed !== model.modelId)
      throw errors.invalidParameter('config.model_id', 'a model keeps its id');
    if (change.ifMatch !== undefined && change.ifMatch !== model.configSha)
      throw errors.configChanged(model.modelId, change.ifMatch, model.configSha);
    const { pack_id: _, ...patch } = change.config;
    const config = mergeConfig(model.config, patch);
    checkConfig(config);
    const spec = readConfig(config, model.packId);
    const next = {
      ...model,
      ticker: spec.ticker,
      assetType: spec.asset,
      horizon: spec.horizon,
      cadence: spec.cadence,
      algo: spec.algo,
      config,
      configSha: shaOf(config),
    };
    await replaceModel(tx, next, principal.userId);
    await writeOwnIndicators(tx, next);
    return model;
  });
  const model = (await findModel(desk.db, change.modelId))!;
  await writeModelFiles(desk, model, null);
  return {
    model,
    previousConfigSha: previous.configSha,
    rebuildRequired: REBUILD_KEYS.some(
      (key) => canonicalJson(previous.config[key] ?? null) !== canonicalJson(model.config[key] ?? null),
    ),
  };
}
