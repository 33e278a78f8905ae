/**
 * An empty database filled from a backup, in one transaction: the schema of the backup, its rows, its sequences, then the migrations
 * that came since. Until the commit nobody sees any of it; before it a failure of any kind leaves the database empty.
 */
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import { errors } from '#base/errors.js';
import type { PostgresConnection } from '../connection.js';
import type { Tables } from '../database.js';
import { migrations } from '../migrations/index.js';
import { copyIn } from './copy.js';
import { connectRowClient, type RowClient, sayAbsence } from './row-client.js';
import type { SequenceState } from './row-snapshot.js';
import { listSequences, listTables, quotedName } from './table-list.js';

export interface RowSource {
  /** The last migration of the database that was backed up. */
  readonly schema: string;
  readonly tables: readonly { readonly name: string; readonly columns: readonly string[]; readonly rows: number }[];
  readonly sequences: readonly SequenceState[];
  /** COPY text of a table. */
  copy(table: string): AsyncIterable<Uint8Array>;
  onRows?(rows: number): void;
}

/** This version's last migration. */
const OUR_SCHEMA = Object.keys(migrations).at(-1)!;

/** Errors: backupNewer. */
export function refuseNewerSchema(schema: string): void {
  if (!Object.hasOwn(migrations, schema)) throw errors.backupNewer(schema, OUR_SCHEMA);
}

/** Errors: restoreDatabaseTaken, databaseUnavailable. */
export async function refuseTakenDatabase(at: string | PostgresConnection): Promise<void> {
  const client = await connectRowClient(at);
  try {
    await refuseTaken(client);
  } finally {
    await client.end();
  }
}

/**
 * `beforeCommit` runs when everything is in place and nothing yet to be seen; what it throws undoes all.
 * Errors: restoreDatabaseTaken, backupNewer, backupDamaged, databaseUnavailable.
 */
export async function restoreRows(
  at: string | PostgresConnection,
  source: RowSource,
  beforeCommit: () => Promise<void> = async () => {},
): Promise<void> {
  refuseNewerSchema(source.schema);
  const client = await connectRowClient(at);
  try {
    await kyselyOver(client)
      .transaction()
      .execute(async (tx) => {
        // Two restores, or a restore and a server that starts: the second waits and then finds the database taken.
        await client.query("select pg_advisory_xact_lock(hashtextextended('almanac restore', 0))");
        await refuseTaken(client);
        await migrateInside(tx, { after: undefined, upTo: source.schema });
        await fill(client, source);
        await migrateInside(tx, { after: source.schema, upTo: OUR_SCHEMA });
        await beforeCommit();
      });
  } catch (error) {
    throw sayAbsence(error);
  } finally {
    await client.end();
  }
}

/** Kysely's migrator begins transactions of its own, so its bookkeeping is done here: the same tables, the same rows. */
async function migrateInside(
  tx: Transaction<Tables>,
  { after, upTo }: { after: string | undefined; upTo: string },
): Promise<void> {
  const books = tx.withTables<{
    kysely_migration: { name: string; timestamp: string };
    kysely_migration_lock: { id: string; is_locked: number };
  }>();
  if (after === undefined) {
    await books.schema
      .createTable('kysely_migration')
      .addColumn('name', 'varchar(255)', (column) => column.notNull().primaryKey())
      .addColumn('timestamp', 'varchar(255)', (column) => column.notNull())
      .execute();
    await books.schema
      .createTable('kysely_migration_lock')
      .addColumn('id', 'varchar(255)', (column) => column.notNull().primaryKey())
      .addColumn('is_locked', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await books.insertInto('kysely_migration_lock').values({ id: 'migration_lock', is_locked: 0 }).execute();
  }
  for (const [name, migration] of Object.entries(migrations)) {
    if ((after !== undefined && name <= after) || name > upTo) continue;
    await migration.up(tx);
    await books.insertInto('kysely_migration').values({ name, timestamp: new Date().toISOString() }).execute();
  }
}

async function fill(client: RowClient, source: RowSource): Promise<void> {
  const known = new Map((await listTables(client)).map((table) => [table.name, table]));
  for (const { name, columns } of source.tables)
    if (columns.some((column) => known.get(name)?.columns.includes(column) !== true))
      throw errors.backupDamaged('manifest.json', `schema ${source.schema} has no table ${name} of these columns`);
  const foreignKeys = await dropForeignKeys(client);
  for (const { name, columns, rows } of source.tables) {
    const list = columns.map(quotedName).join(', ');
    await copyIn(client, `copy ${quotedName(name)} (${list}) from stdin`, source.copy(name));
    const counted = await client.query<{ rows: string }>(`select count(*)::text as rows from ${quotedName(name)}`);
    if (Number(counted.rows[0]!.rows) !== rows)
      throw errors.backupDamaged(
        `rows/${name}`,
        `it has ${counted.rows[0]!.rows} rows where the manifest tells of ${rows}`,
      );
    source.onRows?.(rows);
  }
  for (const add of foreignKeys) await client.query(add);
  await setSequences(client, source.sequences);
  await client.query('analyze');
}

/** Tables may be filled in any order without them; gives the statements that bring them back, which check every row. */
async function dropForeignKeys(client: RowClient): Promise<string[]> {
  const { rows } = await client.query<{ table: string; name: string; definition: string }>(`
    select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace order by 1, 2`);
  for (const { table, name } of rows) await client.query(`alter table ${table} drop constraint ${quotedName(name)}`);
  return rows.map(
    ({ table, name, definition }) => `alter table ${table} add constraint ${quotedName(name)} ${definition}`,
  );
}

async function setSequences(client: RowClient, states: readonly SequenceState[]): Promise<void> {
  const known = await listSequences(client);
  for (const { table, column, last, isCalled } of states) {
    const found = known.find((one) => one.table === table && one.column === column);
    if (found !== undefined)
      await client.query('select setval($1::regclass, $2::bigint, $3)', [found.sequence, last, isCalled]);
  }
}

async function refuseTaken(client: RowClient): Promise<void> {
  const { rows } = await client.query<{ name: string }>(`
    select 'table ' || oid::regclass::text as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')
    union all select 'schema ' || nspname from pg_namespace where nspname = 'pgboss'
    limit 1`);
  if (rows[0] !== undefined) throw errors.restoreDatabaseTaken(rows[0].name);
}

/** Migrations speak Kysely, COPY speaks to the connection: both in the same transaction. */
function kyselyOver(client: RowClient): Kysely<Tables> {
  const only = { query: client.query.bind(client) as never, release: () => undefined };
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: { connect: async () => only, end: async () => undefined } }),
  });
}
