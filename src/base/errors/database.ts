/** What is wrong with a PostgreSQL of one's own, and what to do about it. `at` is `user@host:port/database`, never the password. */
import { AppError } from '../app-error.js';

export const databaseErrors = {
  databaseUnknownHost: (at: string, host: string, cause?: unknown) =>
    new AppError(
      'unavailable',
      'database_unknown_host',
      `DATABASE_URL (${at}): nobody knows the host ${host}. Correct the name, or see that this machine can resolve it.`,
      { at, host },
      cause,
    ),
  databaseSilent: (at: string, reason: string, cause?: unknown) =>
    new AppError(
      'unavailable',
      'database_silent',
      `DATABASE_URL (${at}): no PostgreSQL answers there: ${reason}. Start it, let this machine reach it, or correct host and port.`,
      { at, reason },
      cause,
    ),
  databaseRefused: (at: string, reason: string, cause?: unknown) =>
    new AppError(
      'denied',
      'database_refused',
      `DATABASE_URL (${at}): PostgreSQL lets us not in: ${reason}. Correct user and password in DATABASE_URL, or the server's pg_hba.conf.`,
      { at, reason },
      cause,
    ),
  databaseMissing: (at: string, database: string, cause?: unknown) =>
    new AppError(
      'missing',
      'database_missing',
      `DATABASE_URL (${at}): the server has no database ${database}. Create it: createdb -T template0 -E UTF8 ${database}.`,
      { at, database },
      cause,
    ),
  databaseTooOld: (at: string, version: string, oldest: number) =>
    new AppError(
      'unsupported',
      'database_too_old',
      `DATABASE_URL (${at}): this is PostgreSQL ${version}, and Almanac needs ${oldest} or newer. Upgrade it, or use another.`,
      { at, version, oldest },
    ),
  databaseEncoding: (at: string, encoding: string) =>
    new AppError(
      'unsupported',
      'database_encoding',
      `DATABASE_URL (${at}): the database is encoded in ${encoding}. Create one in UTF8: createdb -T template0 -E UTF8 almanac.`,
      { at, encoding },
    ),
  databaseRights: (at: string, user: string, reason: string, cause?: unknown) =>
    new AppError(
      'denied',
      'database_rights',
      `DATABASE_URL (${at}): ${reason}. Make ${user} the owner of the database: alter database ... owner to ${user}; alter schema public owner to ${user}.`,
      { at, user, reason },
      cause,
    ),
  databaseTls: (at: string, reason: string, cause?: unknown) =>
    new AppError(
      'unavailable',
      'database_tls',
      `DATABASE_URL (${at}): no secure connection: ${reason}. Correct sslmode, or give the server's certificate with sslrootcert=....`,
      { at, reason },
      cause,
    ),
  databaseReadOnly: (at: string) =>
    new AppError(
      'unavailable',
      'database_read_only',
      `DATABASE_URL (${at}): this server is a standby, or only reads. Name the primary, or add target_session_attrs of your proxy.`,
      { at },
    ),
  workerTooEarly: () =>
    new AppError(
      'unavailable',
      'worker_too_early',
      'No server has prepared this database yet. Start `almanac serve` with the same DATABASE_URL first: it brings the schema up to date.',
    ),
  workerSchemaSkew: (missing: readonly string[]) =>
    new AppError(
      'conflict',
      'worker_schema_skew',
      `This worker is newer than its server: the database lacks ${missing.join(', ')}. Upgrade and start the server first, or run a worker of its version.`,
      { missing },
    ),
  workerVersionSkew: (mine: string, servers: string) =>
    new AppError(
      'conflict',
      'worker_version_skew',
      `This worker is Almanac ${mine}, and the server of this database is ${servers}. Run both at one version: the same numbers need the same code.`,
      { mine, servers },
    ),
  workerOtherTree: (dir: string) =>
    new AppError(
      'conflict',
      'worker_other_tree',
      `${dir} is not the tree of the server that shares this database. Mount the server's data directory here and name it in ALMANAC_DATA_DIR.`,
      { dir },
    ),
  workerOtherMeasurements: () =>
    new AppError(
      'conflict',
      'worker_other_measurements',
      'QUESTDB_URL is set for this worker, and the server keeps its measurements itself. Set it for both, or for neither.',
    ),
};
