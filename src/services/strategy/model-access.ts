/** Opening a model: may this caller see it, and everything that decides what it does, resolved. */
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { Principal } from '#services/identity/principal.js';
import type { Database } from '#store/database.js';
import { findModel, findPolicy, type Model, type Policy, type Viewer } from '#store/model.store.js';
import { findIndicatorSet, findPack, type IndicatorSet, type Pack } from '#store/pack.store.js';
import type { StrategyDesk } from './desk.js';
import { shaOf } from './identifiers.js';
import { isIndicatorList, type ModelSpec, readConfig } from './model-config.js';
import { packBudget } from './pack.service.js';
import { judgePolicy, type PolicyVerdict, policyBudget } from './policy.js';
import { capitalised, effectiveBudget, parseRiskProfile, type RiskProfile, riskSha } from './risk-profile.js';

export const viewerOf = (principal: Principal): Viewer => ({
  seesAll: principal.role === 'admin',
  userId: principal.userId,
});

export const maySee = (model: Pick<Model, 'ownerId' | 'visibility'>, principal: Principal) =>
  model.visibility === 'shared' || model.ownerId === principal.userId || principal.role === 'admin';

/** What nobody owns (shipped, or made by the local user) everybody may change where there is one tenant. */
export const mayChange = (desk: Pick<StrategyDesk, 'tenancy'>, model: Model, principal: Principal) =>
  model.ownerId === principal.userId ||
  principal.role === 'admin' ||
  (model.ownerId === null && desk.tenancy === 'single');

/** Throws modelMissing also when the caller may not see it: whether it exists is not theirs to know. */
export async function getVisibleModel(
  db: Database,
  principal: Principal,
  modelId: string,
  options: { forUpdate?: boolean } = {},
): Promise<Model> {
  const model = await findModel(db, modelId, options);
  if (model === undefined || !maySee(model, principal)) throw errors.modelMissing(modelId);
  return model;
}

export interface OpenModel {
  readonly model: Model;
  readonly spec: ModelSpec;
  readonly pack: Pack;
  readonly policy: Policy | undefined;
  readonly verdict: PolicyVerdict;
  readonly indicatorSet: IndicatorSet | undefined;
}

export async function openModel(
  desk: Pick<StrategyDesk, 'db'>,
  principal: Principal,
  modelId: string,
): Promise<OpenModel> {
  return resolveModel(desk.db, await getVisibleModel(desk.db, principal, modelId));
}

/** For jobs, whose caller was asked when they were sent. */
export async function reopenModel(desk: Pick<StrategyDesk, 'db'>, modelId: string): Promise<OpenModel> {
  const model = await findModel(desk.db, modelId);
  if (model === undefined) throw errors.modelMissing(modelId);
  return resolveModel(desk.db, model);
}

async function resolveModel(db: Database, model: Model): Promise<OpenModel> {
  const spec = readConfig(model.config, model.packId);
  const [pack, policy, indicatorSet] = await Promise.all([
    findPack(db, model.packId),
    findPolicy(db, model.modelId),
    spec.indicatorSet === null
      ? undefined
      : findIndicatorSet(db, { packId: model.packId, name: spec.indicatorSet, modelId: model.modelId }),
  ]);
  if (pack === undefined) throw errors.packMissing(model.packId);
  return { model, spec, pack, policy, verdict: judgePolicy(policy?.policy ?? null), indicatorSet };
}

/** The indicators a model computes, as they were written: its own, else those of its set. */
export function indicatorsOf({ spec, indicatorSet }: OpenModel) {
  if (spec.indicators !== null) return spec.indicators;
  const listed = indicatorSet?.indicators ?? [];
  return isIndicatorList(listed) ? listed : [];
}

/** Throws policyInvalid: nothing is trained or tested under a policy that cannot be read. */
export function requirePolicy({ model, verdict }: OpenModel): PolicyVerdict {
  if (!verdict.schemaOk) throw errors.policyInvalid(model.modelId, verdict.schemaErrors);
  if (!verdict.checks.ok) throw errors.policyInvalid(model.modelId, verdict.checks.errors);
  return verdict;
}

export interface RiskInForce {
  readonly profile: RiskProfile;
  readonly budget: JsonObject;
  readonly sha: string;
}

/** The profile asked for, else the model's own, with the budget it means for this model. */
export function riskInForce({ model, pack, policy }: OpenModel, asked?: RiskProfile): RiskInForce {
  const profile = asked ?? parseRiskProfile(model.riskProfile) ?? 'balanced';
  const budget = effectiveBudget({
    packId: model.packId,
    profile,
    packOverride: packBudget(pack, profile),
    policyOverride: policy === undefined ? {} : policyBudget(policy.policy),
  });
  return { profile, budget, sha: riskSha(profile, budget) };
}

/** The shas that say what a run was made of (sigma 21); what is not known is null. */
export function lineageOf(
  open: OpenModel,
  risk: RiskInForce,
  codeVersion: string,
  known: { matrixSha?: string | null; modelSha?: string | null; dataSha?: string | null; runSha?: string | null } = {},
): JsonObject {
  const { model, pack, policy, indicatorSet, spec } = open;
  return {
    matrix_sha: known.matrixSha ?? null,
    pack_sha: pack.packSha,
    indicator_set_sha:
      spec.indicators === null
        ? (indicatorSet?.indicatorSetSha ?? null)
        : shaOf({ name: model.modelId, indicators: indicatorsOf(open) as never }),
    model_config_sha: model.configSha,
    config_sha: model.configSha,
    policy_sha: policy?.policySha ?? null,
    risk_sha: risk.sha,
    risk_profile: capitalised(risk.profile),
    model_sha: known.modelSha ?? null,
    data_sha: known.dataSha ?? null,
    run_sha: known.runSha ?? null,
    code_version: codeVersion,
    template_id: model.templateId,
    template_version: model.templateVersion,
    created_by: model.createdBy,
    created_at: new Date(model.createdAtMs).toISOString().replace(/\.\d{3}Z$/, 'Z'),
  };
}
