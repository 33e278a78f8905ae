/**
 * Files that are whole or absent: a temporary name in the same directory, fsync, rename, fsync of the directory.
 * Without the first fsync a crash may leave the new name on an empty file; without the last, no name at all.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface DurableOptions {
  /** Permission bits of the new file. Default 0o644. */
  readonly mode?: number;
}

/** Once it resolves, `path` holds `bytes` even after a power cut; until then it holds what it held. Replaces atomically. */
export async function writeFileDurably(
  path: string,
  bytes: Uint8Array | string,
  { mode = 0o644 }: DurableOptions = {},
): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await withFile(temporary, 'wx', mode, async (file) => {
      await file.writeFile(bytes);
      await file.sync();
    });
    await renameDurably(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Moves a file that is already flushed to its name. Both must be in one file system. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncDir(dirname(to));
}

/** Makes the names in `dir` last. Windows keeps them by itself and cannot open a directory. */
export async function syncDir(dir: string): Promise<void> {
  if (process.platform === 'win32') return;
  await withFile(dir, 'r', undefined, (handle) => handle.sync());
}

/** A name beside `path` that nobody else takes and that people know for a left-over. */
export const temporaryBeside = (path: string) =>
  join(dirname(path), `.tmp-${basename(path).slice(0, 80)}-${randomBytes(6).toString('hex')}`);

async function withFile(
  path: string,
  flags: string,
  mode: number | undefined,
  use: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const file = await open(path, flags, mode);
  try {
    await use(file);
  } finally {
    await file.close();
  }
}
