/** How much one caller may ask for in a day (sigma 3): counted in the jobs themselves, since 00:00 UTC. */
import { errors } from '#base/errors.js';
import type { Principal } from '#services/identity/principal.js';
import type { Database } from '#store/database.js';
import { countJobsSince, lockJobsOf } from '#store/job-count.store.js';
import { DAY_MS } from './days.js';
import type { StrategyDesk } from './desk.js';

export type DailyKind = 'sweep' | 'train';

const QUOTAS: Readonly<Record<DailyKind, { name: string; byTier: Readonly<Record<Principal['tier'], number>> }>> = {
  sweep: { name: 'sweeps_per_day', byTier: { free: 10, basic: 50, pro: 500, enterprise: Infinity } },
  train: { name: 'train_per_day', byTier: { free: 20, basic: 100, pro: 1000, enterprise: Infinity } },
};

/**
 * Call in the transaction that has just sent a new job: what is counted includes it, and a refusal undoes it. So nothing is
 * burnt by what makes no job: a replay under an Idempotency-Key, an equal request that is still running, a reused result, a
 * retry of the same job. Throws quotaExceeded.
 */
export async function spendQuota(
  desk: Pick<StrategyDesk, 'clock'>,
  tx: Database,
  principal: Principal,
  kind: DailyKind,
): Promise<void> {
  const { name, byTier } = QUOTAS[kind];
  const limit = byTier[principal.tier];
  if (limit === Infinity) return;
  const dayMs = Math.floor(desk.clock.nowMs() / DAY_MS) * DAY_MS;
  const counted = { kind, ownerId: principal.userId };
  // One at a time: two requests at once would both be the last that fits.
  await lockJobsOf(tx, counted);
  const used = (await countJobsSince(tx, counted, dayMs)) - 1;
  if (used >= limit)
    throw errors.quotaExceeded({
      quota: name,
      limit,
      used,
      resetsAt: new Date(dayMs + DAY_MS).toISOString().replace('.000Z', 'Z'),
    });
}
