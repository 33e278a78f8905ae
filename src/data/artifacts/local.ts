/** Artifacts as files on this machine or a shared file system: `artifacts/ab/cdef...`, read-only, named by their SHA-256. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errors } from '#base/errors.js';
import { renameDurably, syncDir, temporaryBeside } from '../files/durable.js';
import { sha256 as hashOf, isSha256 } from '../hash.js';
import type { ArtifactStore, StoredArtifact } from './port.js';

/** Half-written files stand here until they have a name. */
const INCOMING = 'incoming';

/** Other machines may be writing to a shared tree: only what nobody has touched for an hour is a left-over. */
const STALE_MS = 3_600_000;

/** Written once, then read: a slip of the hand on a hard link should not reach the truth. */
const READ_ONLY = 0o444;

/** Makes the tree and sweeps away what a kill left half written. `nowMs` decides what is stale. */
export async function openLocalArtifacts(root: string, nowMs: number): Promise<ArtifactStore> {
  const incoming = join(root, INCOMING);
  await mkdir(incoming, { recursive: true });
  await sweep(incoming, nowMs);
  const fileOf = (sha256: string) => join(root, sha256.slice(0, 2), sha256.slice(2));
  const newFile = () => join(incoming, randomBytes(12).toString('hex'));
  /** Files found whole by this process, by what a change would change; a path is asked for again and again. */
  const wholeFiles = new Map<string, string>();

  async function has(sha256: string): Promise<boolean> {
    return isSha256(sha256) && (await stampOf(fileOf(sha256))) !== undefined;
  }

  /** Gives the flushed file its name; when the name stands already, and whole, the first writer's file stays. */
  async function settle(temporary: string, stored: StoredArtifact): Promise<StoredArtifact> {
    const file = fileOf(stored.sha256);
    if ((await has(stored.sha256)) && (await hashOfFile(file)) === stored.sha256) {
      await rm(temporary);
      // The first writer may not have come this far yet, and we answer for it.
      await syncDir(dirname(file));
      return stored;
    }
    await makeShelf(dirname(file));
    await renameDurably(temporary, file);
    return stored;
  }

  async function makeShelf(shelf: string): Promise<void> {
    if ((await mkdir(shelf, { recursive: true })) !== undefined) await syncDir(root);
  }

  async function keep(write: (temporary: string) => Promise<StoredArtifact>): Promise<StoredArtifact> {
    const temporary = newFile();
    try {
      return await settle(temporary, await write(temporary));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async function pathOf(sha256: string): Promise<string> {
    const stamp = isSha256(sha256) ? await stampOf(fileOf(sha256)) : undefined;
    if (stamp === undefined) throw errors.artifactMissing(sha256);
    const file = fileOf(sha256);
    if (wholeFiles.get(sha256) !== stamp) {
      if ((await hashOfFile(file)) !== sha256) throw errors.artifactDamaged(sha256);
      wholeFiles.set(sha256, stamp);
    }
    return file;
  }

  return {
    has,
    pathOf,
    put: (bytes) =>
      keep(async (temporary) => {
        const content = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
        await writeFlushed(temporary, content);
        return { sha256: hashOf(content), sizeBytes: content.byteLength };
      }),
    putStream: (bytes) => keep((temporary) => writeStream(temporary, bytes)),
    async read(sha256) {
      if (!isSha256(sha256)) throw errors.artifactMissing(sha256);
      const bytes = await readFile(fileOf(sha256)).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? errors.artifactMissing(sha256) : error;
      });
      if (hashOf(bytes) !== sha256) throw errors.artifactDamaged(sha256);
      return bytes;
    },
    async link(sha256, path) {
      const from = await pathOf(sha256);
      await mkdir(dirname(path), { recursive: true });
      const temporary = temporaryBeside(path);
      try {
        await linkOrCopy(from, temporary);
        await rename(temporary, path);
        await syncDir(dirname(path));
      } finally {
        // Renaming a link over another link of the same file does nothing and leaves both.
        await rm(temporary, { force: true });
      }
    },
  };
}

async function sweep(incoming: string, nowMs: number): Promise<void> {
  for (const name of await readdir(incoming)) {
    const file = join(incoming, name);
    const found = await stat(file).catch(absentOrThrow);
    if (found !== undefined && nowMs - found.mtimeMs > STALE_MS) await rm(file, { force: true });
  }
}

/** Changes whenever somebody writes to the file or puts another in its place; undefined when there is none. */
async function stampOf(file: string): Promise<string | undefined> {
  const found = await stat(file, { bigint: true }).catch(absentOrThrow);
  return found && `${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}`;
}

function absentOrThrow(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}

async function writeFlushed(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', READ_ONLY);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeStream(path: string, bytes: Readable): Promise<StoredArtifact> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.byteLength;
      done(null, chunk);
    },
  });
  await pipeline(bytes, count, createWriteStream(path, { flags: 'wx', mode: READ_ONLY, flush: true }));
  return { sha256: hash.digest('hex'), sizeBytes };
}

async function hashOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** Other file systems and some network ones refuse hard links: EXDEV, EPERM, ENOTSUP; EMLINK is a file with too many. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
    await copyFile(from, to);
    const file = await open(to, 'r');
    await file.sync().finally(() => file.close());
  }
}
