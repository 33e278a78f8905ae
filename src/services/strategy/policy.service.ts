/** A model's policy explained: what it says, what it means with its gaps filled, and what is wrong with it. */
import { AppError } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import type { Principal } from '#services/identity/principal.js';
import type { StrategyDesk } from './desk.js';
import { openModel, riskInForce } from './model-access.js';
import { policyPath } from './model-files.js';
import { judgePolicy, type PolicyVerdict } from './policy.js';

export interface ExplainedPolicy {
  readonly modelId: string;
  readonly packId: string | null;
  readonly policy: JsonObject | null;
  readonly verdict: PolicyVerdict;
  readonly riskProfile: string | null;
  readonly riskBudget: JsonObject | null;
  readonly version: number | null;
  readonly policySha: string | null;
  readonly path: string | null;
}

/** A report, not a failure: an unknown model is explained as one without a policy. */
export async function explainPolicy(
  desk: Pick<StrategyDesk, 'db'>,
  principal: Principal,
  modelId: string,
  packId?: string,
): Promise<ExplainedPolicy> {
  const open = await openModel(desk, principal, modelId).catch((error: unknown) => {
    if (error instanceof AppError && error.kind === 'missing') return undefined;
    throw error;
  });
  if (open?.policy === undefined || (packId !== undefined && packId !== open.model.packId))
    return unexplained(modelId, packId ?? null);
  const risk = riskInForce(open);
  return {
    modelId: open.model.modelId,
    packId: open.model.packId,
    policy: open.policy.policy,
    verdict: open.verdict,
    riskProfile: risk.profile,
    riskBudget: risk.budget,
    version: open.policy.version,
    policySha: open.policy.policySha,
    path: policyPath(open.model),
  };
}

const unexplained = (modelId: string, packId: string | null): ExplainedPolicy => ({
  modelId,
  packId,
  policy: null,
  verdict: { ...judgePolicy(null), schemaOk: false, schemaErrors: [`policy not found: ${modelId}`], notes: [] },
  riskProfile: null,
  riskBudget: null,
  version: null,
  policySha: null,
  path: null,
});
