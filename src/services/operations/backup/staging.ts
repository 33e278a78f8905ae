/**
 * A directory beside the target in which a restore grows out of sight, on the same file system, so that one rename shows it. What a
 * killed restore left is swept by the next.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errors } from '#base/errors.js';
import { sayDiskFull, writeFlushedFile, writeUnflushedFile } from '#data/backup/flushed-file.js';
import { syncDir } from '#data/files/durable.js';
import { absent } from './moment.js';

/** Flushing waits for the disk, not for us: so many files may be on their way at once. */
const FLUSHES_AT_ONCE = 16;
/** Files up to this are held in memory until they are on the disk; of a longer one only the flush is left for later. */
const SMALL_BYTES = 1 << 20;

export interface Staging {
  readonly root: string;
  /** For what the restore itself needs; not part of the result. */
  readonly scratch: string;
  pathOf(path: string): string;
  /** Writes a file of the result; failures are heard by `settled` at the latest. */
  put(path: string, bytes: number, content: AsyncIterable<Uint8Array>, mode?: number): Promise<void>;
  /** When everything that was put is on the disk, names too. */
  settled(): Promise<void>;
  /** Gives the result its name. Until then nobody can see it. */
  show(): Promise<void>;
  discard(): Promise<void>;
}

/** Errors: restoreTargetTaken, restoreTargetUnusable. */
export async function openStaging(target: string): Promise<Staging> {
  await refuseTaken(target);
  const [parent, prefix] = [dirname(target), `.${basename(target)}.restoring-`];
  const root = join(parent, `${prefix}${process.pid}-${randomBytes(4).toString('hex')}`);
  const scratch = join(root, '.restore');
  try {
    await mkdir(parent, { recursive: true });
    await sweep(parent, prefix);
    await mkdir(root, { mode: 0o711 });
    await mkdir(scratch, { mode: 0o700 });
  } catch (cause) {
    throw errors.restoreTargetUnusable(target, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const pathOf = (path: string) => join(root, ...path.split('/'));
  const flushing = new Set<Promise<unknown>>();
  let failure: { readonly error: unknown } | undefined;
  const heard = () => {
    if (failure !== undefined) throw failure.error;
  };

  async function later(work: Promise<unknown>): Promise<void> {
    const heardWork = work
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => flushing.delete(heardWork));
    flushing.add(heardWork);
    if (flushing.size >= FLUSHES_AT_ONCE) await Promise.race(flushing);
  }

  return {
    root,
    scratch,
    pathOf,
    async put(path, bytes, content, mode) {
      heard();
      if (bytes > SMALL_BYTES) await later((await writeUnflushedFile(pathOf(path), content, mode))());
      else await later(writeFlushedFile(pathOf(path), await inMemory(content), mode));
    },
    async settled() {
      await Promise.all(flushing);
      heard();
      const entries = await readdir(root, { recursive: true, withFileTypes: true });
      for (const entry of entries)
        if (entry.isDirectory() && entry.name !== 'cluster' && !entry.parentPath.includes(join(root, 'postgres')))
          await syncDir(join(entry.parentPath, entry.name));
      await syncDir(root);
    },
    async show() {
      await rm(scratch, { recursive: true, force: true });
      try {
        // POSIX replaces an empty directory; where that is refused the empty one goes first.
        await rename(root, target).catch(async () => {
          await rmdir(target).catch(absent(undefined));
          await rename(root, target);
        });
      } catch (cause) {
        throw errors.restoreTargetUnusable(target, cause instanceof Error ? cause.message : String(cause), cause);
      }
      await syncDir(parent);
    },
    async discard() {
      await Promise.all(flushing);
      await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

async function inMemory(content: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  // Copies: the reader reads into the same memory again.
  for await (const piece of content) pieces.push(Uint8Array.from(piece));
  return pieces;
}

async function refuseTaken(target: string): Promise<void> {
  const found = await stat(target).catch(absent(undefined));
  if (found === undefined) return;
  if (!found.isDirectory()) throw errors.restoreTargetUnusable(target, 'it is not a directory');
  if ((await readdir(target)).length > 0) throw errors.restoreTargetTaken(target);
  if (found.dev !== (await stat(dirname(target))).dev)
    throw errors.restoreTargetUnusable(
      target,
      'it is a mount point, which no rename can replace; name a directory in it',
    );
}

/** Those of processes that are no more. */
async function sweep(parent: string, prefix: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (!isAlive(pid)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** What a full disk makes of any of the stores becomes diskFull. */
export async function sayingFullDisk<T>(dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw sayDiskFull(error, dir);
  }
}
