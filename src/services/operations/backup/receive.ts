/** Where each entry of a backup goes while it arrives: measurements into a new DuckDB file, rows to wait, everything else to its place. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '#base/errors.js';
import { writeScratchFile } from '#data/backup/flushed-file.js';
import { type BackupHead, type BackupManifest, MeasurementIndex } from '#data/backup/manifest.js';
import { sha256 as hashOf } from '#data/hash.js';
import { openRefill, type Refill } from '#data/timeseries/embedded/refill.js';
import type { Measurement } from '#data/timeseries/port.js';
import { SETTINGS_PATH } from './backup.service.js';
import { INDEX_PATH, measurementOf } from './measurement-parts.js';
import { SECRETS_PATH, type Secrets, unsealSecrets } from './secrets.js';
import type { Staging } from './staging.js';

export interface Received {
  readonly head: BackupHead;
  readonly secrets?: Secrets;
}

export interface Receiver {
  head(head: BackupHead): void;
  entry(path: string, bytes: number, content: AsyncIterable<Uint8Array>, sha256: () => string): Promise<void>;
  /** After the manifest has proved the rest; the measurements are on the disk then. */
  finish(manifest: BackupManifest): Promise<Secrets | undefined>;
  discard(): Promise<void>;
}

/** Where people find the settings of the install that was backed up. */
export const RESTORED_SETTINGS = 'almanac.config.restored.yaml';

const PLACES = /^(artifacts|raw|canonical|derived|training|qc|uploads|specs|workspace)\//;
/** Written once, then read (data/artifacts). */
const ARTIFACT_MODE = 0o444;
const MEASUREMENT_PART = /^measurements\/(\d{4,})\/\d{6}-([0-9a-f]{64})\.parquet$/;
/** Documents that are read into memory. */
const DOCUMENT_BYTES_MAX = 1 << 28;

/** `passphrase` null: the secrets stay sealed. */
export function receiveEntries(staging: Staging, passphrase: string | null): Receiver {
  let told: BackupHead | undefined;
  let secrets: Secrets | undefined;
  let refill: Refill | undefined;
  const measured = new Map<string, Measurement>();
  let parts = 0;
  let adding: Promise<void> = Promise.resolve();

  async function openIndex(content: Buffer): Promise<void> {
    const index = MeasurementIndex.safeParse(parsed(content));
    if (!index.success) throw errors.backupDamaged(INDEX_PATH, 'it cannot be understood');
    refill = await openRefill(staging.pathOf('measurements/measurements.duckdb'));
    for (const one of index.data.measurements) {
      const measurement = measurementOf(one);
      measured.set(one.directory, measurement);
      await refill.begin(measurement);
    }
  }

  /** Believed before the manifest is there, because its name is its hash; what is fed to the engine was never altered. */
  async function addPart(path: string, content: AsyncIterable<Uint8Array>, sha256: () => string): Promise<void> {
    const [, directory = '', named] = MEASUREMENT_PART.exec(path) ?? [];
    const measurement = measured.get(directory);
    if (measurement === undefined || refill === undefined) throw unexpected(path);
    const file = join(staging.scratch, `part-${++parts}.parquet`);
    await writeScratchFile(file, content);
    if (sha256() !== named) throw errors.backupDamaged(path, 'its bytes do not match its SHA-256');
    // The engine takes it in while the next one arrives.
    await adding;
    adding = refill.add(measurement, file).then(() => rm(file));
    adding.catch(() => undefined); // Heard by the next part, or by the end.
  }

  return {
    head(head) {
      told = head;
    },
    async entry(path, bytes, content, sha256) {
      if (PLACES.test(path))
        return staging.put(path, bytes, content, path.startsWith('artifacts/') ? ARTIFACT_MODE : 0o600);
      if (path.startsWith('rows/')) return staging.put(`.restore/${path}`, bytes, content);
      if (MEASUREMENT_PART.test(path)) return addPart(path, content, sha256);
      if (bytes > DOCUMENT_BYTES_MAX) throw unexpected(path);
      if (path === SETTINGS_PATH) return staging.put(RESTORED_SETTINGS, bytes, content);
      const document = await joined(content);
      if (path === INDEX_PATH) return openIndex(document);
      if (path !== SECRETS_PATH) throw unexpected(path);
      if (hashOf(document) !== told?.secrets_sha256)
        throw errors.backupDamaged(path, 'its bytes do not match its SHA-256');
      // At once: who mistyped the passphrase need not wait for the rest.
      if (passphrase !== null) secrets = await unsealSecrets(document, passphrase);
    },
    async finish() {
      await adding;
      if (told?.measurements.taken === true && refill === undefined)
        throw errors.backupDamaged(INDEX_PATH, 'it is missing');
      if (told?.secrets_sha256 !== null && passphrase !== null && secrets === undefined)
        throw errors.backupDamaged(SECRETS_PATH, 'it is missing');
      const filled = refill;
      refill = undefined;
      try {
        await filled?.finish();
      } catch (error) {
        await filled?.discard();
        throw error;
      }
      return secrets;
    },
    async discard() {
      await adding.catch(() => undefined); // Whatever it was, nothing of it stays.
      await refill?.discard();
    },
  };
}

const unexpected = (path: string) => errors.backupDamaged(path, 'no entry of ours has such a path');

async function joined(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
}

function parsed(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    return undefined; // The schema says that it cannot be understood.
  }
}
