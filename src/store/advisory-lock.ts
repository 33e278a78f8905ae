/** Locks by name that the database holds for one connection: they end with the process, however that ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Tables } from './database.js';

const LOOK_EVERY_MS = 100;

/** Waits until nobody else holds the name, works, and gives it back. Rejects with the signal's reason when it fires while waiting. */
export async function withLock<T>(
  db: Kysely<Tables>,
  name: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  return db.connection().execute(async (connection) => {
    const key = sql`hashtextextended(${name}, 0)`;
    for (;;) {
      signal?.throwIfAborted();
      const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_lock(${key}) as held`.execute(connection);
      if (rows[0]?.held === true) break;
      await sleep(LOOK_EVERY_MS);
    }
    try {
      return await work();
    } finally {
      await sql`select pg_advisory_unlock(${key})`.execute(connection);
    }
  });
}
