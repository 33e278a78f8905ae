/** How many backtests, sweeps and trainings one caller may have at once (sigma 3): who waits for an answer is refused, who does not is queued. */
import { errors } from '#base/errors.js';
import type { Principal } from '#services/identity/principal.js';
import type { Database } from '#store/database.js';
import type { StrategyDesk } from './desk.js';

type ByTier = Readonly<Record<Principal['tier'], number>>;

interface Crowd {
  readonly kinds: readonly string[];
  readonly atOnce: ByTier;
}

/** A sweep takes the place of one backtest, its members of none. */
const BACKTESTS: Crowd = { kinds: ['backtest', 'sweep'], atOnce: { free: 1, basic: 5, pro: 20, enterprise: Infinity } };
const SWEEPS: Crowd = { kinds: ['sweep'], atOnce: { free: 2, basic: 3, pro: 10, enterprise: Infinity } };
const TRAININGS: Crowd = { kinds: ['train'], atOnce: { free: 2, basic: 4, pro: 10, enterprise: Infinity } };

const CROWDS_OF = { backtest: [BACKTESTS], sweep: [BACKTESTS, SWEEPS], train: [TRAININGS] } as const;

const QUEUED_MAX = 100;
const RETRY_AFTER_S = 5;

/**
 * Call in the transaction that has just sent a new job: what is counted includes it, and a refusal undoes it. An equal
 * request that is still running makes no new job, so it is never one too many. Throws concurrencyLimit.
 */
export async function refuseCrowd(
  desk: Pick<StrategyDesk, 'queue'>,
  tx: Database,
  principal: Principal,
  { kind, isWaiting }: { kind: keyof typeof CROWDS_OF; isWaiting: boolean },
): Promise<void> {
  for (const crowd of CROWDS_OF[kind]) await refuseOne(desk, tx, principal, crowd, isWaiting);
}

async function refuseOne(
  desk: Pick<StrategyDesk, 'queue'>,
  tx: Database,
  principal: Principal,
  { kinds, atOnce }: Crowd,
  isWaiting: boolean,
): Promise<void> {
  const limit = atOnce[principal.tier];
  if (limit === Infinity) return;
  const count = async (status: 'queued' | 'running') => {
    const filter = { kinds, status, ownerId: principal.userId };
    return (await desk.queue.list(tx, filter, { limit: 1, offset: 0 })).total;
  };
  const queued = await count('queued');
  if (queued > QUEUED_MAX) throw errors.concurrencyLimit({ limit: QUEUED_MAX, retryAfterS: RETRY_AFTER_S });
  if (isWaiting && queued + (await count('running')) > limit)
    throw errors.concurrencyLimit({ limit, retryAfterS: RETRY_AFTER_S });
}
