/** Policies explained (contract 18): a verdict, not an error, so the status is 200 whatever is found. */
import { z } from 'zod';
import { errors } from '#base/errors.js';
import { type ExplainedPolicy, explainPolicy } from '#services/strategy/policy.service.js';
import type { App } from '../http/surface.js';
import type { SigmaDesk } from './desk.js';

const Query = z.object({ model_id: z.string().min(1).max(128), pack_id: z.string().max(64).optional() });
const VerdictWire = z.looseObject({ ok: z.boolean(), schema_ok: z.boolean(), schema_errors: z.array(z.string()) });

export function policyRoutes(app: App, desk: SigmaDesk): void {
  for (const path of ['/policy/explain', '/validate_policy'])
    app.get(
      path,
      {
        schema: {
          summary: "What a model's policy says, and what is wrong with it",
          tags: ['policy'],
          querystring: Query,
          response: { 200: VerdictWire },
        },
      },
      async ({ principal, query }) => {
        if (query.model_id.includes('\0')) throw errors.textNotStorable();
        return toVerdict(await explainPolicy(desk, principal, query.model_id, query.pack_id));
      },
    );
}

function toVerdict(explained: ExplainedPolicy) {
  const { verdict } = explained;
  return {
    ok: verdict.schemaOk && verdict.checks.ok,
    policy: explained.policy,
    notes: verdict.notes,
    schema_ok: verdict.schemaOk,
    schema_errors: [...verdict.schemaErrors],
    errors: verdict.schemaErrors,
    execution_effective: verdict.executionEffective,
    checks: verdict.checks,
    risk_profile: explained.riskProfile,
    risk_budget_effective: explained.riskBudget,
    policy_version: explained.version,
    policy_sha: explained.policySha,
    path: explained.path,
    model_id: explained.modelId,
    pack_id: explained.packId,
  };
}
