/** How many backtests and sweeps one caller may have at once (sigma 3): who waits for an answer is refused, who does not is queued. */
import { errors } from '#base/errors.js';
import type { Principal } from '#services/identity/principal.js';
import type { StrategyDesk } from './desk.js';

const AT_ONCE: Readonly<Record<Principal['tier'], number>> = { free: 1, basic: 5, pro: 20, enterprise: Infinity };
const QUEUED_MAX = 100;
const RETRY_AFTER_S = 5;
const KINDS = ['backtest', 'sweep'];

/** A sweep counts once, its members not at all. Throws concurrencyLimit. */
export async function refuseCrowd(
  desk: Pick<StrategyDesk, 'db' | 'queue'>,
  principal: Principal,
  { isWaiting }: { isWaiting: boolean },
): Promise<void> {
  const limit = AT_ONCE[principal.tier];
  if (limit === Infinity) return;
  const count = async (status: 'queued' | 'running') => {
    const filter = { kinds: KINDS, status, ownerId: principal.userId };
    return (await desk.queue.list(desk.db, filter, { limit: 1, offset: 0 })).total;
  };
  const queued = await count('queued');
  if (queued >= QUEUED_MAX) throw errors.concurrencyLimit({ limit: QUEUED_MAX, retryAfterS: RETRY_AFTER_S });
  if (isWaiting && queued + (await count('running')) >= limit)
    throw errors.concurrencyLimit({ limit, retryAfterS: RETRY_AFTER_S });
}
