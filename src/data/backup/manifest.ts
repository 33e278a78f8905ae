/**
 * What a backup says of itself: `backup.json` at its head (what is in it), `manifest.json` at its end (every entry with size and
 * SHA-256, and how the rows lie), `trailer.json` behind that (the SHA-256 of the manifest).
 *
 * Format 1. A later version reads every earlier one; whoever changes the meaning of a path raises FORMAT_VERSION.
 */
import { z } from 'zod';

export const FORMAT = 'almanac-backup';
export const FORMAT_VERSION = 1;

export const HEAD_PATH = 'backup.json';
export const MANIFEST_PATH = 'manifest.json';
export const TRAILER_PATH = 'trailer.json';

/** A tar has no directories that could lead out of the one it is restored to. */
export const isSafePath = (path: string): boolean =>
  path !== '' &&
  !/[\0\\\n]|^[A-Za-z]:/.test(path) &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const BackupHead = z.object({
  format: z.literal(FORMAT),
  format_version: z.int().min(1),
  almanac_version: z.string(),
  /** The last migration of the rows: `0006-market`. */
  schema: z.string(),
  created_at: z.iso.datetime(),
  /** About how long the file will be: for progress only. */
  bytes_expected: count,
  /** Of `secrets.sealed`, which is the next entry and wants a passphrase; null when the secrets were not taken. */
  secrets_sha256: sha256.nullable(),
  measurements: z.discriminatedUnion('taken', [
    z.object({ taken: z.literal(true) }),
    z.object({ taken: z.literal(false), reason: z.string() }),
  ]),
});
export type BackupHead = z.infer<typeof BackupHead>;

/** One table: its parts are `rows/NAME/000001.copy.gz`, COPY text of these columns. */
export const RowTable = z.object({ name: z.string(), columns: z.array(z.string()).min(1), rows: count });
export type RowTable = z.infer<typeof RowTable>;

/** As PostgreSQL hands it out next. */
export const RowSequence = z.object({
  table: z.string(),
  column: z.string(),
  last: z.string().regex(/^-?\d+$/),
  is_called: z.boolean(),
});
export type RowSequence = z.infer<typeof RowSequence>;

export const BackupEntry = z.object({ path: z.string(), bytes: count, sha256 });
export type BackupEntry = z.infer<typeof BackupEntry>;

/**
 * A file that is not as the rows say. `missing` and `damaged` are losses that came before the backup; `changed` was made anew while
 * the backup ran, which the registry sees at the first start; `left_out` has a name that no other system could hold.
 */
export const BackupNotice = z.object({ path: z.string(), what: z.enum(['missing', 'damaged', 'changed', 'left_out']) });
export type BackupNotice = z.infer<typeof BackupNotice>;

export const BackupFacts = z.object({
  rows: z.object({ tables: z.array(RowTable), sequences: z.array(RowSequence) }),
  /** Names that people gave to artifacts: hard links, so that nothing is in the file twice. */
  links: z.array(z.object({ path: z.string(), sha256 })),
  notices: z.array(BackupNotice),
});
export type BackupFacts = z.infer<typeof BackupFacts>;

export const BackupManifest = BackupFacts.extend({
  /** Everything before the manifest, in order; the head too. */
  entries: z.array(BackupEntry),
});
export type BackupManifest = z.infer<typeof BackupManifest>;

/** What was measured, at the head of the measurements: `measurements/index.json`. Timestamps are microseconds. */
export const MeasurementIndex = z.object({
  measurements: z.array(
    z.object({
      name: z.string(),
      /** Its parts are `measurements/0001/000001-SHA256.parquet`, in the order of rows. */
      directory: z.string().regex(/^\d{4,}$/),
      columns: z.array(
        z.object({ name: z.string(), type: z.enum(['TIMESTAMP', 'BIGINT', 'DOUBLE', 'BOOLEAN', 'VARCHAR']) }),
      ),
      dedup_keys: z.array(z.string()),
      rows: count,
      first_ts_us: z.int().nullable(),
      last_ts_us: z.int().nullable(),
    }),
  ),
});
export type MeasurementIndex = z.infer<typeof MeasurementIndex>;

/** Human-readable, and always the same for the same value. */
export const documentOf = (value: object): Buffer => Buffer.from(`${JSON.stringify(value, null, 1)}\n`);

/** Canonical, so that the reader knows every byte that must stand there. */
export const trailerOf = (facts: { entries: number; manifestSha256: string }): Buffer =>
  documentOf({ entries: facts.entries, manifest_sha256: facts.manifestSha256 });
