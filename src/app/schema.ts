/** The schema of the database, brought up to date by a server and held against by a worker, which leaves it as it is. */
import type { Kysely } from 'kysely';
import { errors } from '#base/errors.js';
import type { Log } from '#base/log.js';
import type { Tables } from '#store/database.js';
import { findMissingMigrations, migrate } from '#store/migrate.js';
import { inspectOutside, sayingWhatIsWrong } from '#store/outside.js';

export interface SchemaOptions {
  /** Null: the embedded one, which needs no inspection. */
  readonly databaseUrl: string | null;
  readonly role: 'server' | 'worker';
  readonly log: Log;
}

/** Errors: those of inspectOutside, databaseRights, databaseNewer, workerTooEarly, workerSchemaSkew. */
export async function settleSchema(db: Kysely<Tables>, { databaseUrl, role, log }: SchemaOptions): Promise<void> {
  const settle = () => (role === 'server' ? upgrade(db, log) : refuseSkew(db));
  if (databaseUrl === null) return settle();
  await inspectOutside(databaseUrl);
  await sayingWhatIsWrong(databaseUrl, settle);
}

async function upgrade(db: Kysely<Tables>, log: Log): Promise<void> {
  const applied = await migrate(db);
  if (applied.length > 0) log.info({ migrations: applied }, 'the database schema was brought up to date');
}

async function refuseSkew(db: Kysely<Tables>): Promise<void> {
  const missing = await findMissingMigrations(db);
  if (missing === undefined) throw errors.workerTooEarly();
  if (missing.length > 0) throw errors.workerSchemaSkew(missing);
}
