/** Queries on API keys; only their SHA-256 is ever here. */
import type { Database } from './database.js';

export async function insertApiKey(
  db: Database,
  key: { userId: string; keySha256: string; label: string | null },
): Promise<void> {
  await db
    .insertInto('api_key')
    .values({ user_id: key.userId, key_sha256: key.keySha256, label: key.label, last_used_at: null, revoked_at: null })
    .execute();
}

/** The owner of a live key, and when it was last seen. */
export async function findApiKey(
  db: Database,
  keySha256: string,
): Promise<{ id: number; userId: string; lastUsedMs: number | null } | undefined> {
  const row = await db
    .selectFrom('api_key')
    .select(['id', 'user_id', 'last_used_at'])
    .where('key_sha256', '=', keySha256)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row && { id: Number(row.id), userId: row.user_id, lastUsedMs: row.last_used_at?.getTime() ?? null };
}

export async function touchApiKey(db: Database, id: number, nowMs: number): Promise<void> {
  await db
    .updateTable('api_key')
    .set({ last_used_at: new Date(nowMs) })
    .where('id', '=', id)
    .execute();
}

/** Ends every live key of a user. */
export async function revokeApiKeys(db: Database, userId: string, nowMs: number): Promise<void> {
  await db
    .updateTable('api_key')
    .set({ revoked_at: new Date(nowMs) })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .execute();
}
