/** Brings a database to this version's schema: all missing migrations in one transaction, one process at a time. */
import { type Kysely, Migrator } from 'kysely';
import { errors } from '#base/errors.js';
import type { Tables } from './database.js';
import { migrations } from './migrations/index.js';

/**
 * Names of the migrations that ran now; empty when there was nothing to do. Kysely holds an advisory lock meanwhile, so
 * that of two processes one waits and then finds the work done. Either all run or, after a failure or a kill, none.
 * Errors: databaseNewer, databaseUnavailable.
 */
export async function migrate(db: Kysely<Tables>): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const done = (await migrator.getMigrations()).map(({ name }) => name);
  await refuseNewer(db, done);
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  return results.map(({ migrationName }) => migrationName);
}

/** A downgrade would write rows that the newer schema does not expect: we stop before the first query. */
async function refuseNewer(db: Kysely<Tables>, known: readonly string[]): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return;
  const rows = await db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .orderBy('name', 'desc')
    .execute();
  const newer = rows.find(({ name }) => !known.includes(name));
  if (newer !== undefined) throw errors.databaseNewer(newer.name);
}
