/** Whether the files of the zones are on the disk with the bytes they were registered with: what verification is for files without a recipe. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '#base/errors.js';
import { readMeta, sha256OfFile } from '#data/zones/file-meta.js';
import type { Database } from '#store/database.js';
import { listZoneFiles, type ZoneFile } from '#store/zone-file.store.js';

export interface CheckedZoneFile {
  readonly file: ZoneFile;
  /** `unaccounted`: the bytes are right, and the account beside them is missing or tells of others. */
  readonly outcome: 'same' | 'missing' | 'altered' | 'unaccounted';
  /** Of the bytes that are there; null when there are none. */
  readonly foundSha: string | null;
  readonly foundBytes: number | null;
}

export interface ZoneCheckOptions {
  /** The id of a file, or its SHA-256 or the first 8 digits of either; every registered file without it. */
  readonly of?: string | undefined;
  readonly onFile?: (bytesDone: number, bytesTotal: number) => void;
}

/**
 * Reads every registered file from its first byte to its last, one after the other, in the order of symbol, date and zone. Changes
 * nothing: rows of lost files go when a server starts, which then knows of no loss any more. Errors: artifactMissing when `of` is none.
 */
export async function checkZoneFiles(
  desk: { readonly db: Database; readonly root: string },
  { of, onFile }: ZoneCheckOptions = {},
): Promise<CheckedZoneFile[]> {
  const all = await listZoneFiles(desk.db, {});
  const files = of === undefined ? all : all.filter(({ id, sha256 }) => id.startsWith(of) || sha256.startsWith(of));
  if (of !== undefined && (of.length < 8 || files.length === 0)) throw errors.artifactMissing(of);
  const bytesTotal = files.reduce((sum, { fileSize }) => sum + fileSize, 0);
  const checked: CheckedZoneFile[] = [];
  let bytesDone = 0;
  for (const file of files) {
    checked.push(await checkFile(desk.root, file));
    bytesDone += file.fileSize;
    onFile?.(bytesDone, bytesTotal);
  }
  return checked;
}

async function checkFile(root: string, file: ZoneFile): Promise<CheckedZoneFile> {
  const path = join(root, file.filePath);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (found === undefined) return { file, outcome: 'missing', foundSha: null, foundBytes: null };
  const foundSha = await sha256OfFile(path);
  const account = foundSha === file.sha256 ? await readMeta(root, file.filePath) : undefined;
  const whenSame = account?.outputSha256 === file.sha256 ? 'same' : 'unaccounted';
  return { file, outcome: foundSha === file.sha256 ? whenSame : 'altered', foundSha, foundBytes: found.size };
}
