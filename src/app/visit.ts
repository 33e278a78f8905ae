/**
 * A short visit to the rows, for commands: through DATABASE_URL, through the door of the server that runs, or through a
 * house that is opened for the moment when none runs.
 */
import type { Log } from '#base/log.js';
import { dataDirPaths } from '#data/files/data-dir.js';
import { createAuditTrail } from '#services/operations/audit.service.js';
import type { PostgresConnection } from '#store/connection.js';
import { openDatabase } from '#store/database.js';
import { findRunningCluster } from '#store/embedded/running-cluster.js';
import { migrate } from '#store/migrate.js';
import type { Config } from './config.js';
import { type House, openHouse, postgresSite } from './house.js';
import { randomIds, systemClock } from './makers.js';
import { findRunningServer } from './run-file.js';

/** The part of the house that a visitor sees. */
export type Visit = Pick<House, 'config' | 'log' | 'clock' | 'ids' | 'paths' | 'db' | 'audit'>;

/** A command asks one thing after another; the second is for what waits on a lock. */
const VISITOR_POOL = 2;

/** Errors: those of openHouse. */
export async function visitHouse<T>(config: Config, log: Log, use: (visit: Visit) => Promise<T>): Promise<T> {
  const at = config.databaseUrl ?? (await findDoor(config));
  if (at !== undefined) return visitDatabase(config, log, at, use);
  const house = await openHouse(config, { log, role: 'server' });
  try {
    return await use(house);
  } finally {
    await house.close();
  }
}

async function visitDatabase<T>(
  config: Config,
  log: Log,
  at: string | PostgresConnection,
  use: (visit: Visit) => Promise<T>,
): Promise<T> {
  const db = openDatabase({ at, poolSize: VISITOR_POOL, log });
  try {
    await migrate(db);
    const paths = dataDirPaths(config.dataDir);
    const audit = createAuditTrail({ db, clock: systemClock });
    return await use({ config, log, clock: systemClock, ids: randomIds, paths, db, audit });
  } finally {
    await db.destroy();
  }
}

/** The embedded PostgreSQL of the server that runs in this data directory; undefined when none runs. */
async function findDoor({ dataDir }: Config): Promise<PostgresConnection | undefined> {
  if ((await findRunningServer(dataDir)) === undefined) return undefined;
  return findRunningCluster(postgresSite(dataDirPaths(dataDir)));
}
