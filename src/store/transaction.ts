/** Transactions that know when they are committed, and what was read of the rows they change. */
import type { Kysely, Transaction } from 'kysely';
import { assert } from '#base/assert.js';
import type { Database, Tables } from './database.js';
import { forgetAll } from './memory.js';

/** Runs with their folds and what they show of their dataset: what a remembered answer is made of. */
export const RUNS = 'runs';

const changes = new WeakMap<Database, Set<string>>();

/** Runs `work` in one transaction. What it declared changed is forgotten after the commit, before the promise resolves. */
export async function inTransaction<T>(db: Kysely<Tables>, work: (tx: Transaction<Tables>) => Promise<T>): Promise<T> {
  const changed = new Set<string>();
  const result = await db.transaction().execute((tx) => {
    changes.set(tx, changed);
    return work(tx);
  });
  for (const subject of changed) forgetAll(db, subject);
  return result;
}

/** Says that rows of this subject change in `tx`, which `inTransaction` began. */
export function declareChange(tx: Database, subject: string): void {
  const changed = changes.get(tx);
  assert(changed !== undefined, 'rows that are remembered change only in transactions of inTransaction');
  changed.add(subject);
}
