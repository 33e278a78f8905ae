/** Brings a database to this version's schema: all missing migrations in one transaction, one process at a time. */
import { type Kysely, Migrator, sql } from 'kysely';
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
  if (results.length > 0) await alignCollations(db);
  return results.map(({ migrationName }) => migrationName);
}

/** Names of the migrations that this version has and the database lacks; undefined when it has never been migrated. */
export async function findMissingMigrations(db: Kysely<Tables>): Promise<string[] | undefined> {
  const known = Object.keys(migrations);
  await refuseNewer(db, known);
  const done = await listDone(db);
  return done && known.filter((name) => !done.includes(name));
}

/**
 * Text sorts by its bytes, as in our own cluster, whatever the locale of a database that somebody else made: pages, ties and
 * hashes of lists must not depend on it. Only indexes are rebuilt. Done after migrations, since each may bring columns.
 */
async function alignCollations(db: Kysely<Tables>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ table: string; column: string; type: string }>`
      select relname as table, attname as column, format_type(atttypid, atttypmod) as type
      from pg_attribute join pg_class on pg_class.oid = attrelid join pg_collation on pg_collation.oid = attcollation
      cross join (select datcollate, datlocprovider from pg_database where datname = current_database()) as here
      where relnamespace = 'public'::regnamespace and relkind = 'r' and relname not like 'kysely_%'
        and attnum > 0 and not attisdropped and collname = 'default'
        and (datlocprovider = 'i' or datcollate not in ('C', 'POSIX', 'C.UTF-8', 'C.utf8'))
      order by 1, 2`.execute(tx);
    for (const { table, column, type } of rows)
      await sql`alter table ${sql.table(table)} alter column ${sql.ref(column)} type ${sql.raw(type)} collate "C"`.execute(
        tx,
      );
  });
}

/** A downgrade would write rows that the newer schema does not expect: we stop before the first query. */
async function refuseNewer(db: Kysely<Tables>, known: readonly string[]): Promise<void> {
  const newer = (await listDone(db))?.filter((name) => !known.includes(name)).at(-1);
  if (newer !== undefined) throw errors.databaseNewer(newer);
}

/** In order; undefined when there is no list. */
async function listDone(db: Kysely<Tables>): Promise<string[] | undefined> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return undefined;
  const rows = await db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  return rows.map(({ name }) => name).sort();
}
