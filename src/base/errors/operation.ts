/** Failures of running the house: jobs, artifacts, storage, settings. */
import { AppError } from '../app-error.js';

export const operationErrors = {
  jobMissing: (id: string) =>
    new AppError('missing', 'job_missing', `Job ${id} was not found`, { resource: 'job', id }),
  jobFinal: (id: string, status: string) =>
    new AppError('conflict', 'job_final', `Job ${id} is ${status}; only a queued or running job can be cancelled`, {
      id,
      status,
    }),
  jobNotRetryable: (id: string, status: string) =>
    new AppError(
      'conflict',
      'job_not_retryable',
      `Job ${id} is ${status}; only a failed or cancelled job can be retried`,
      { id, status },
    ),
  jobInterrupted: () => new AppError('unavailable', 'interrupted', 'Interrupted by restart'),
  jobTimedOut: (kind: string, timeoutMs: number) =>
    new AppError('timeout', 'job_timeout', `The ${kind} job ran longer than ${timeoutMs} ms`, { kind, timeoutMs }),
  jobKindUnknown: (kind: string) =>
    new AppError('unsupported', 'job_kind_unknown', `No worker knows the job kind ${kind}`, { kind }),
  jobVanished: () => new AppError('conflict', 'job_vanished', 'The job ended while it was being asked for; ask again'),
  cancelled: () => new AppError('conflict', 'cancelled', 'Cancelled'),
  artifactMissing: (sha256: string) =>
    new AppError('missing', 'artifact_missing', `Cannot open artifact ${sha256}: no such artifact. Build it first.`, {
      resource: 'artifact',
      id: sha256,
    }),
  artifactDamaged: (sha256: string) =>
    new AppError(
      'broken',
      'artifact_damaged',
      `Artifact ${sha256} no longer matches its name: its bytes changed on disk`,
      { id: sha256 },
    ),
  shaAmbiguous: (prefix: string) =>
    new AppError('conflict', 'sha_ambiguous', `More than one artifact starts with ${prefix}; give more digits`, {
      prefix,
    }),
  settingInvalid: (name: string, reason: string) =>
    new AppError('invalid', 'setting_invalid', `Setting ${name}: ${reason}`, { name, reason }),
  /** `faults` has one line for each thing that is wrong; none of them holds a secret. */
  settingsInvalid: (faults: readonly string[]) =>
    new AppError(
      'invalid',
      'settings_invalid',
      `Cannot start, ${faults.length === 1 ? 'a setting is wrong' : `${faults.length} settings are wrong`}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
      { faults },
    ),
  portTaken: (port: number, setting: string) =>
    new AppError('unavailable', 'port_taken', `Port ${port} is taken. Free it, or choose another with ${setting}.`, {
      port,
      setting,
    }),
  portDenied: (host: string, port: number, setting: string) =>
    new AppError(
      'unavailable',
      'port_denied',
      `Cannot listen on ${host}:${port}. Choose another address with ALMANAC_HOST or another port with ${setting}.`,
      {
        host,
        port,
        setting,
      },
    ),
  dataDirTaken: (dir: string, pid: number) =>
    new AppError(
      'unavailable',
      'data_dir_taken',
      `Another Almanac server (pid ${pid}) owns ${dir}. Stop it, or choose another ALMANAC_DATA_DIR.`,
      {
        dir,
        pid,
      },
    ),
  databaseUnavailable: (reason: string, cause?: unknown) =>
    new AppError('unavailable', 'database_unavailable', `The database is not available: ${reason}`, { reason }, cause),
  postgresUnsupported: (platform: string, cause?: unknown) =>
    new AppError(
      'unsupported',
      'postgres_unsupported',
      `No PostgreSQL is shipped for ${platform}. Set DATABASE_URL to a PostgreSQL 15 or later.`,
      { platform },
      cause,
    ),
  postgresNameless: (uid: number) =>
    new AppError(
      'unavailable',
      'postgres_nameless',
      `PostgreSQL wants a user with a name, and user ${uid} has none on this machine. Add a line to /etc/passwd, or set DATABASE_URL.`,
      { uid },
    ),
  postgresMajor: (dir: string, made: number, ours: number) =>
    new AppError(
      'conflict',
      'postgres_major',
      `The database files in ${dir} were made by PostgreSQL ${made}; this Almanac brings ${ours}. Make a backup with the version that wrote them and restore it here.`,
      { dir, made, ours },
    ),
  postgresUnreachable: (path: string, uid: number) =>
    new AppError(
      'unavailable',
      'postgres_unreachable',
      `PostgreSQL runs as user ${uid}, who may not read ${path}. Run as an ordinary user, or install where everyone may read.`,
      { path, uid },
    ),
  postgresForeign: (dir: string, pid: number) =>
    new AppError(
      'unavailable',
      'postgres_foreign',
      `A PostgreSQL that we did not start (pid ${pid}) has ${dir} open. Stop it first.`,
      { dir, pid },
    ),
  postgresStuck: (dir: string, pids: readonly number[]) =>
    new AppError(
      'unavailable',
      'postgres_stuck',
      `The PostgreSQL of an earlier run (pids ${pids.join(', ')}) still has ${dir} open and cannot be stopped. Stop it, as root if need be.`,
      { dir, pids },
    ),
  postgresNotOurs: (dir: string, owner: number) =>
    new AppError(
      'denied',
      'postgres_not_ours',
      `The database files in ${dir} belong to user ${owner}. Run as that user, or as root, or chown them.`,
      { dir, owner },
    ),
  databaseNewer: (migration: string) =>
    new AppError(
      'conflict',
      'database_newer',
      `The database was made by a newer Almanac (it has migration ${migration}). Upgrade Almanac, or restore a backup.`,
      { migration },
    ),
  dataDirUnusable: (dir: string, reason: string, cause?: unknown) =>
    new AppError(
      'unavailable',
      'data_dir_unusable',
      `Cannot use ${dir} as the data directory: ${reason}. Choose another with ALMANAC_DATA_DIR.`,
      { dir, reason },
      cause,
    ),
  recipeMissing: (sha256: string, kind: string) =>
    new AppError(
      'unsupported',
      'recipe_missing',
      `Artifact ${sha256} cannot be recomputed: no recipe makes a ${kind}. Its bytes match its name, which is all that can be said.`,
      { id: sha256, kind },
    ),
  codeVersionForeign: (sha256: string, madeBy: string, ours: string) =>
    new AppError(
      'conflict',
      'code_version_foreign',
      `Artifact ${sha256} was made by code version ${madeBy}; this is ${ours}, which need not give the same bytes. Verify it with the version that made it.`,
      { id: sha256, madeBy, ours },
    ),
};
