/**
 * The house without its doors: storage, queue and compute, opened in the order in which they stand on each other.
 *
 * The server opens all of it; a worker on another machine opens it without the embedded measurements, which belong to the server.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Clock } from '#base/clock.js';
import type { Ids } from '#base/ids.js';
import type { Log } from '#base/log.js';
import type { Trail } from '#base/trail.js';
import { csvWorkersOn } from '#compute/csv-workers.js';
import { openCompute } from '#compute/pool.js';
import type { Compute } from '#compute/port.js';
import { openLocalArtifacts } from '#data/artifacts/local.js';
import type { ArtifactStore } from '#data/artifacts/port.js';
import { type DataDirPaths, dataDirPaths, openDataDir } from '#data/files/data-dir.js';
import { openEmbeddedStore } from '#data/timeseries/embedded/store.js';
import type { MeasurementStore } from '#data/timeseries/port.js';
import { openQuestdbStore } from '#data/timeseries/questdb/store.js';
import { type OpenQueue, openQueue } from '#jobs/open-queue.js';
import { type AuditTrail, createAuditTrail } from '#services/operations/audit.service.js';
import { makeWriteTally, type WriteTally } from '#services/operations/metrics/write-tally.js';
import type { PostgresConnection } from '#store/connection.js';
import { openDatabase, type Tables } from '#store/database.js';
import { startEmbeddedPostgres } from '#store/embedded/supervisor.js';
import { type Closers, makeClosers } from './closers.js';
import type { Config } from './config.js';
import { randomIds, systemClock } from './makers.js';
import { measurementsElsewhere } from './measurements-elsewhere.js';
import { settleSchema } from './schema.js';
import { outsideLog, trail } from './trail.js';

export interface House {
  readonly config: Config;
  readonly log: Log;
  readonly trail: Trail;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly paths: DataDirPaths;
  readonly db: Kysely<Tables>;
  /** Where `db` leads, for those who need a connection of their own. */
  readonly database: string | PostgresConnection;
  readonly queue: OpenQueue;
  readonly compute: Compute;
  readonly measurements: MeasurementStore;
  /** What was written to the measurements by this process. */
  readonly writes: WriteTally;
  readonly artifacts: ArtifactStore;
  readonly audit: AuditTrail;
  readonly startedAtMs: number;
  /** No other process can work on this database: it is the embedded one, and we own its directory. */
  readonly isSoleOwner: boolean;
  close(): Promise<void>;
}

export interface HouseOptions {
  readonly log: Log;
  /** `worker`: shares the directory and the database of a server, and owns neither. */
  readonly role: 'server' | 'worker';
}

/** Errors: dataDirTaken, dataDirUnusable, those of the embedded PostgreSQL, those of settleSchema, storeTaken, questdbUnfit. */
export async function openHouse(config: Config, { log, role }: HouseOptions): Promise<House> {
  const closers = makeClosers();
  const close = () =>
    closers.closeAll((what, error) => log.warn({ what, error: String(error) }, 'something would not close'));
  try {
    const paths = role === 'server' ? await ownDataDir(config, closers) : dataDirPaths(config.dataDir);
    const compute = openCompute({ workers: Math.max(1, config.workers), trail });
    closers.add('compute', () => compute.close());
    const [at, measurements] = await allOpened([
      config.databaseUrl ?? startPostgres(paths, log, closers),
      openMeasurements({ config, paths, compute, role, log }, closers),
    ]);
    const db = openDatabase({ at, poolSize: config.databasePool, log: outsideLog(log) });
    closers.add('database pool', () => db.destroy());
    await settleSchema(db, { databaseUrl: config.databaseUrl, role, log });
    const writes = makeWriteTally();
    const connection = typeof at === 'string' ? { connectionString: at } : at;
    const queue = await openQueue({ db, connection, ids: randomIds, log, trail });
    closers.add('queue', () => queue.close());
    return {
      config,
      log,
      trail,
      clock: systemClock,
      ids: randomIds,
      paths,
      db,
      database: at,
      queue,
      compute,
      measurements: writes.watch(measurements),
      writes,
      artifacts: await openLocalArtifacts(paths.artifacts, systemClock.nowMs()),
      audit: createAuditTrail({ db, clock: systemClock }),
      startedAtMs: systemClock.nowMs(),
      isSoleOwner: config.databaseUrl === null,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ownDataDir({ dataDir }: Config, closers: Closers): Promise<DataDirPaths> {
  const dir = await openDataDir(dataDir);
  closers.add('data directory', () => dir.release());
  return dir;
}

/** Where the embedded PostgreSQL stands, and the file that opens it. */
export const postgresSite = (paths: DataDirPaths) => ({
  dir: paths.postgres,
  passwordFile: join(paths.secrets, 'postgres-password'),
});

async function startPostgres(paths: DataDirPaths, log: Log, closers: Closers): Promise<PostgresConnection> {
  const postgres = await startEmbeddedPostgres({ ...postgresSite(paths), log });
  closers.add('postgres', () => postgres.stop());
  return postgres.connection;
}

interface Site extends HouseOptions {
  readonly config: Config;
  readonly paths: DataDirPaths;
  readonly compute: Compute;
}

/** In a QuestDB that everyone reaches, or in a file that only the server opens. */
async function openMeasurements(site: Site, closers: Closers): Promise<MeasurementStore> {
  const { config, paths, compute, role, log } = site;
  const making = { csv: csvWorkersOn(compute), clock: systemClock };
  if (config.questdbUrl === null && role === 'worker') return measurementsElsewhere;
  const store =
    config.questdbUrl === null
      ? await openEmbeddedStore({
          path: join(paths.measurements, 'measurements.duckdb'),
          tmpDir: paths.tmp,
          memoryLimit: `${Math.ceil(config.stage1QueryMemoryBytes / 2 ** 20)}MiB`,
          threads: availableParallelism(),
          ...making,
        })
      : await openQuestdbStore({
          url: config.questdbUrl,
          ilpUrl: config.questdbIlp,
          timeoutMs: 1000 * config.questdbTimeoutSeconds,
          // Everything but measurements works without it, and measurements do once it is back.
          onAway: (error) => log.warn({ error: error.message }, 'started without measurements'),
          ...making,
        });
  closers.add('measurements', () => store.close());
  return store;
}

/** Waits for all before it gives the first failure, so that whatever did open is known and can be closed. */
async function allOpened<const T extends readonly unknown[]>(
  opening: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(opening);
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return Promise.all(opening) as Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>;
}
