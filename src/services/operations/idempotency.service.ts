/** Repeated requests (contract sigma 4.6): under one key exactly one takes effect; the others get its answer, or are told to differ. */
import type { Kysely } from 'kysely';
import type { Clock } from '#base/clock.js';
import { errors } from '#base/errors.js';
import type { Json } from '#base/json.js';
import { sha256OfJson } from '#data/hash.js';
import type { Tables } from '#store/database.js';
import {
  claimIdempotencyKey,
  dropExpiredKeys,
  dropIdempotencyKey,
  findKeptAnswer,
  type IdempotencyName,
  keepAnswer,
} from '#store/idempotency.store.js';

export type { IdempotencyName };

export interface IdempotencyDesk {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
}

export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A day (sigma 4.6). */
const KEPT_MS = 24 * 3600 * 1000;
/** Longer than any request may wait (600 s): whoever claimed it has died with its process. */
const CLAIM_DEAD_MS = 11 * 60 * 1000;
/** Claims between two clearings: seldom enough to cost nothing, often enough that the table stays small. */
const SWEEP_EVERY = 256;
let claims = 0;

/**
 * Undefined: the key is ours, do the work and then settle or release it. Else the first answer, to be replayed.
 * Errors: keyReused when the first request had another body, keyInUse while it still runs.
 */
export async function claimKey(
  desk: IdempotencyDesk,
  name: IdempotencyName,
  body: unknown,
): Promise<KeptAnswer | undefined> {
  const bodySha256 = sha256OfJson((body ?? null) as Json);
  const nowMs = desk.clock.nowMs();
  if (claims++ % SWEEP_EVERY === 0) await dropExpiredKeys(desk.db, nowMs);
  const claim = { bodySha256, nowMs, expiresAtMs: nowMs + KEPT_MS };
  if (await claimIdempotencyKey(desk.db, name, claim)) return undefined;
  const kept = await findKeptAnswer(desk.db, name);
  if (kept === undefined) throw errors.keyInUse(name.key);
  if (kept.bodySha256 !== bodySha256) throw errors.keyReused(name.key);
  if (kept.status !== null) return { status: kept.status, headers: kept.headers, body: kept.body };
  if (kept.createdAtMs > nowMs - CLAIM_DEAD_MS) throw errors.keyInUse(name.key);
  await dropIdempotencyKey(desk.db, name);
  if (await claimIdempotencyKey(desk.db, name, claim)) return undefined;
  throw errors.keyInUse(name.key);
}

/** Keeps the first answer for a day. */
export const settleKey = (desk: IdempotencyDesk, name: IdempotencyName, answer: KeptAnswer): Promise<void> =>
  keepAnswer(desk.db, name, { ...answer, headers: { ...answer.headers } });

/** The work failed on our side and had no effect: the next request may try. */
export const releaseKey = (desk: IdempotencyDesk, name: IdempotencyName): Promise<void> =>
  dropIdempotencyKey(desk.db, name);
