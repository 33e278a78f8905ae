/** A backup of the whole house as a stream of bytes, while it serves: rows, measurements, files, settings, and the secrets when asked. */
import { newContainerWriter } from '#data/backup/container-writer.js';
import { type BackupHead, FORMAT, FORMAT_VERSION } from '#data/backup/manifest.js';
import { sha256 } from '#data/hash.js';
import type { RowSnapshot } from '#store/backup/row-snapshot.js';
import type { BackupDesk } from './desk.js';
import { takeFiles } from './files.js';
import { measurementParts } from './measurement-parts.js';
import { holdMoment, type Moment } from './moment.js';
import { rowParts } from './row-parts.js';
import { SECRETS_PATH, sealSecrets } from './secrets.js';

export type { BackupDesk };

export interface BackupRequest {
  /** Takes the secrets too, under this. */
  readonly passphrase?: string;
}

export const SETTINGS_PATH = 'settings/almanac.config.yaml';

/**
 * The bytes of a backup; the first comes when the moment is fixed. Who stops reading lets go of it.
 * A piece stays as it is until four more of a mebibyte were asked for: files are read into the same memory again and again.
 * Errors: databaseUnavailable, storeUnavailable, backupUnsettled, backupSourceChanged, passphraseTooShort.
 */
export async function* backUp(desk: BackupDesk, { passphrase }: BackupRequest = {}): AsyncGenerator<Uint8Array> {
  const secrets = passphrase === undefined ? undefined : await sealSecrets(desk, passphrase);
  const moment = await holdMoment(desk);
  try {
    const nowMs = desk.clock.nowMs();
    const writer = newContainerWriter(nowMs);
    yield* writer.head({
      format: FORMAT,
      format_version: FORMAT_VERSION,
      almanac_version: desk.version,
      schema: moment.rows.schema,
      created_at: new Date(nowMs).toISOString(),
      bytes_expected: await expectBytes(moment),
      secrets_sha256: secrets === undefined ? null : sha256(secrets),
      measurements: measurementsTold(desk, moment),
    });
    if (secrets !== undefined) yield* writer.entry(SECRETS_PATH, secrets);
    yield* writer.entry(SETTINGS_PATH, Buffer.from(desk.settingsYaml));
    const parts = rowParts(moment.rows);
    let part = await parts.next();
    for (; part.done !== true; part = await parts.next()) yield* writer.entry(part.value.path, part.value.content);
    const tables = part.value;
    if (moment.measurements !== undefined)
      for await (const { path, content, hash } of measurementParts(moment.measurements))
        yield* writer.entry(path, content, hash);
    const { links, notices } = yield* takeFiles(desk, moment, writer);
    yield* writer.end({ rows: { tables, sequences: sequencesOf(moment.rows) }, links, notices });
  } finally {
    await moment.close();
  }
}

const measurementsTold = ({ measurements }: BackupDesk, moment: Moment): BackupHead['measurements'] =>
  moment.measurements === undefined
    ? {
        taken: false,
        reason: `The measurements stand in ${measurements.backend === 'questdb' ? 'QuestDB' : 'another process'}, whose own backup takes them`,
      }
    : { taken: true };

const sequencesOf = (rows: RowSnapshot) =>
  rows.sequences.map(({ table, column, last, isCalled }) => ({ table, column, last, is_called: isCalled }));

/** COPY text is about as long as the table and is pressed to a fifth; measurements to half of their eight bytes a value. */
async function expectBytes({ rows, measurements }: Moment): Promise<number> {
  const [files] = await rows.ask<{ bytes: string }>(`
    select (coalesce((select sum(size_bytes) from artifact where uri is null or uri !~ '^(raw|canonical|derived|training)/'), 0)
      + coalesce((select sum(file_size) from zone_file), 0))::text as bytes`);
  const inTables = rows.tables.reduce((sum, { bytesExpected }) => sum + bytesExpected / 5, 0);
  const measured = (measurements?.measurements ?? []).reduce(
    (sum, { rowCount, columns }) => sum + rowCount * columns.length * 4,
    0,
  );
  return Math.round(Number(files?.bytes ?? 0) + inTables + measured);
}
