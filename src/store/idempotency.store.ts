/** Queries on idempotency keys: of any number of equal requests exactly one claims the key. */
import { sql } from 'kysely';
import { type Database, jsonb } from './database.js';

export interface IdempotencyName {
  readonly caller: string;
  readonly route: string;
  readonly key: string;
}

export interface KeptAnswer {
  readonly bodySha256: string;
  /** Null while the first request still runs. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly createdAtMs: number;
}

/** True when the key is ours now; false when somebody holds it. An expired one is taken over. */
export async function claimIdempotencyKey(
  db: Database,
  name: IdempotencyName,
  claim: { bodySha256: string; nowMs: number; expiresAtMs: number },
): Promise<boolean> {
  const fresh = {
    body_sha256: claim.bodySha256,
    status: null,
    headers: null,
    body: null,
    created_at: new Date(claim.nowMs),
    expires_at: new Date(claim.expiresAtMs),
  };
  const row = await db
    .insertInto('idempotency_key')
    .values({ ...name, ...fresh })
    .onConflict((conflict) =>
      conflict
        .columns(['caller', 'route', 'key'])
        .doUpdateSet(fresh)
        .where(sql<boolean>`idempotency_key.expires_at <= ${new Date(claim.nowMs)}`),
    )
    .returning('key')
    .executeTakeFirst();
  return row !== undefined;
}

export async function findKeptAnswer(db: Database, name: IdempotencyName): Promise<KeptAnswer | undefined> {
  const row = await named(db, name).selectAll().executeTakeFirst();
  return (
    row && {
      bodySha256: row.body_sha256,
      status: row.status,
      headers: row.headers ?? {},
      body: row.body ?? '',
      createdAtMs: row.created_at.getTime(),
    }
  );
}

const named = (db: Database, name: IdempotencyName) =>
  db
    .selectFrom('idempotency_key')
    .where('caller', '=', name.caller)
    .where('route', '=', name.route)
    .where('key', '=', name.key);

export async function keepAnswer(
  db: Database,
  name: IdempotencyName,
  answer: { status: number; headers: Record<string, string>; body: string },
): Promise<void> {
  await db
    .updateTable('idempotency_key')
    .set({ status: answer.status, headers: jsonb(answer.headers), body: answer.body })
    .where('caller', '=', name.caller)
    .where('route', '=', name.route)
    .where('key', '=', name.key)
    .execute();
}

/** The first request failed on our side: the next one may try again. */
export async function dropIdempotencyKey(db: Database, name: IdempotencyName): Promise<void> {
  await db
    .deleteFrom('idempotency_key')
    .where('caller', '=', name.caller)
    .where('route', '=', name.route)
    .where('key', '=', name.key)
    .execute();
}

export async function dropExpiredKeys(db: Database, nowMs: number): Promise<void> {
  await db.deleteFrom('idempotency_key').where('expires_at', '<=', new Date(nowMs)).execute();
}
