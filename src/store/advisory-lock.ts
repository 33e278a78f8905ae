/**
 * Locks by name, held by the database for one connection: they end with the process, however that ends.
 *
 * Within a process whoever comes later waits without a connection; only who holds the lock, or is next, has one.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Tables } from './database.js';

const LOOK_EVERY_MS = 100;

/** The last of those who wait for a name, or hold it, in this process. */
const queues = new WeakMap<Kysely<Tables>, Map<string, Promise<void>>>();

/** Waits until nobody else holds the name, works, and gives it back. Rejects with the signal's reason when it fires while waiting. */
export async function withLock<T>(
  db: Kysely<Tables>,
  name: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const last = queues.get(db) ?? new Map<string, Promise<void>>();
  queues.set(db, last);
  const before = last.get(name) ?? Promise.resolve();
  let leave = () => {};
  const mine = new Promise<void>((resolve) => {
    leave = resolve;
  });
  // Who gives up waiting lets those behind wait for those before.
  const turn = before.then(() => mine);
  last.set(name, turn);
  try {
    await unlessAborted(before, signal);
    return await holding(db, name, signal, work);
  } finally {
    leave();
    if (last.get(name) === turn) last.delete(name);
  }
}

function unlessAborted(waited: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return waited;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    void waited.then(() => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    });
  });
}

const holding = <T>(db: Kysely<Tables>, name: string, signal: AbortSignal | undefined, work: () => Promise<T>) =>
  db.connection().execute(async (connection): Promise<T> => {
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
