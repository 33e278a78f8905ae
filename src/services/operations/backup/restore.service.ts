/**
 * A data directory out of a backup: every byte is proved against the manifest before any of it can be seen.
 *
 * The file is read once into a staging directory; then the rows are loaded in one transaction and the directory gets its name. With
 * an outside PostgreSQL the name is given just before the commit. Cut short, altered, interrupted: the target is as it was.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '#base/errors.js';
import type { Log } from '#base/log.js';
import { openLocalArtifacts } from '#data/artifacts/local.js';
import { readContainer } from '#data/backup/container-reader.js';
import type { Pieces } from '#data/backup/container-writer.js';
import { type BackupHead, type BackupManifest, isSafePath } from '#data/backup/manifest.js';
import { writeFileDurably } from '#data/files/durable.js';
import { refuseNewerSchema, refuseTakenDatabase, restoreRows } from '#store/backup/row-restore.js';
import type { PostgresConnection } from '#store/connection.js';
import { startEmbeddedPostgres } from '#store/embedded/supervisor.js';
import { type Received, receiveEntries } from './receive.js';
import { unpressRows } from './row-parts.js';
import type { Secrets } from './secrets.js';
import { openStaging, type Staging, sayingFullDisk } from './staging.js';

export interface RestoreRequest {
  /** The bytes of the backup. */
  readonly content: Pieces;
  /** Absolute; absent or empty. */
  readonly dataDir: string;
  /** An empty database; null for the embedded one. */
  readonly databaseUrl: string | null;
  /** Null: there is none, which is an error when the backup holds secrets. */
  readonly passphrase: string | null;
  readonly withoutSecrets: boolean;
  readonly nowMs: number;
  readonly log: Log;
  readonly signal?: AbortSignal;
  readonly onHead?: (head: BackupHead) => void;
  readonly onRows?: (rowsDone: number, rowsTotal: number) => void;
}

export interface RestoreReport {
  readonly head: BackupHead;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly hasSecrets: boolean;
  readonly notices: BackupManifest['notices'];
}

/**
 * Errors: backupForeign, backupCutShort, backupDamaged, backupNewer, passphraseMissing, passphraseWrong, restoreTargetTaken,
 * restoreTargetUnusable, restoreDatabaseTaken, databaseUnavailable, diskFull, cancelled.
 */
export async function restoreBackup(request: RestoreRequest): Promise<RestoreReport> {
  const { dataDir, databaseUrl } = request;
  if (databaseUrl !== null) await refuseTakenDatabase(databaseUrl);
  const staging = await openStaging(dataDir);
  try {
    return await sayingFullDisk(dataDir, () => restoreInto(staging, request));
  } catch (error) {
    await staging.discard();
    throw error;
  }
}

async function restoreInto(staging: Staging, request: RestoreRequest): Promise<RestoreReport> {
  const received = await receive(staging, request);
  const { head, manifest, secrets } = received;
  request.signal?.throwIfAborted();
  await placeLinks(staging, manifest, request.nowMs);
  if (secrets !== undefined) await placeSecrets(staging, secrets);
  if (request.databaseUrl === null) {
    await loadEmbedded(staging, request, received);
    await staging.settled();
    await staging.show();
  } else {
    await staging.settled();
    await loadRows(request.databaseUrl, staging, request, received, () => staging.show());
  }
  return {
    head,
    rows: manifest.rows.tables.reduce((sum, { rows }) => sum + rows, 0),
    files: manifest.entries.length,
    bytes: manifest.entries.reduce((sum, { bytes }) => sum + bytes, 0),
    hasSecrets: secrets !== undefined,
    notices: manifest.notices,
  };
}

async function receive(staging: Staging, request: RestoreRequest): Promise<Received & { manifest: BackupManifest }> {
  const { passphrase, withoutSecrets, signal, onHead } = request;
  const receiver = receiveEntries(staging, withoutSecrets ? null : passphrase);
  let head: BackupHead | undefined;
  try {
    const manifest = await readContainer(request.content, {
      head(told) {
        refuseNewerSchema(told.schema);
        if (told.secrets_sha256 !== null && !withoutSecrets && passphrase === null) throw errors.passphraseMissing();
        head = told;
        receiver.head(told);
        onHead?.(told);
      },
      async entry(path, bytes, content, sha256) {
        if (signal?.aborted === true) throw errors.cancelled();
        await receiver.entry(path, bytes, content, sha256);
      },
    });
    const secrets = await receiver.finish(manifest);
    return { head: head!, manifest, ...(secrets === undefined ? {} : { secrets }) };
  } catch (error) {
    await receiver.discard();
    throw error;
  }
}

/** Names that people gave to artifacts. An artifact that the manifest does not hold cannot be linked to. */
async function placeLinks(staging: Staging, { links, entries }: BackupManifest, nowMs: number): Promise<void> {
  if (links.length === 0) return;
  const artifacts = await openLocalArtifacts(staging.pathOf('artifacts'), nowMs);
  const paths = new Set(entries.map(({ path }) => path));
  for (const { path, sha256 } of links) {
    const isIn = paths.has(`artifacts/${sha256.slice(0, 2)}/${sha256.slice(2)}`);
    if (!isIn || !/^(workspace|specs|raw|canonical|derived|training|qc)\//.test(path) || !isSafePath(path))
      throw errors.backupDamaged('manifest.json', `${path} names an artifact that is not there`);
    await artifacts.link(sha256, staging.pathOf(path));
  }
}

/** Files as they were; the settings as an environment file that people put where theirs stands. */
async function placeSecrets(staging: Staging, { files, settings }: Secrets): Promise<void> {
  const dir = staging.pathOf('secrets');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  for (const [name, content] of Object.entries(files))
    await writeFileDurably(join(dir, name), Buffer.from(content, 'base64'), { mode: 0o600 });
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}\n`);
  if (lines.length > 0) await writeFileDurably(join(dir, 'restored.env'), lines.join(''), { mode: 0o600 });
}

/** In the marks of an environment file that the value does not hold itself. */
function quoted(value: string): string {
  const mark = ["'", '"', '`'].find((one) => !value.includes(one)) ?? "'";
  return `${mark}${value}${mark}`;
}

async function loadEmbedded(
  staging: Staging,
  request: RestoreRequest,
  received: Received & { manifest: BackupManifest },
): Promise<void> {
  const postgres = await startEmbeddedPostgres({
    dir: staging.pathOf('postgres'),
    passwordFile: staging.pathOf('secrets/postgres-password'),
    log: request.log,
  });
  try {
    await loadRows(postgres.connection, staging, request, received);
  } finally {
    await postgres.stop();
  }
}

function loadRows(
  at: string | PostgresConnection,
  staging: Staging,
  { onRows, signal }: RestoreRequest,
  { head, manifest }: { head: BackupHead; manifest: BackupManifest },
  beforeCommit?: () => Promise<void>,
): Promise<void> {
  const total = manifest.rows.tables.reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  return restoreRows(
    at,
    {
      schema: head.schema,
      tables: manifest.rows.tables,
      sequences: manifest.rows.sequences.map(({ is_called: isCalled, ...rest }) => ({ ...rest, isCalled })),
      copy: (table) => rowsOf(staging, manifest, table),
      onRows(rows) {
        if (signal?.aborted === true) throw errors.cancelled();
        done += rows;
        onRows?.(done, total);
      },
    },
    beforeCommit,
  );
}

/** One part is unpressed on the thread pool while the database takes the one before. */
async function* rowsOf(staging: Staging, manifest: BackupManifest, table: string): AsyncGenerator<Uint8Array> {
  let ahead: Promise<Buffer> | undefined;
  for (const { path } of manifest.entries) {
    if (!path.startsWith(`rows/${table}/`)) continue;
    const next = readFile(join(staging.scratch, path)).then(unpressRows);
    next.catch(() => undefined); // It is awaited in the next turn; until then a failure must not count as unheard.
    if (ahead !== undefined) yield await ahead;
    ahead = next;
  }
  if (ahead !== undefined) yield await ahead;
}
