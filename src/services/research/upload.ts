/** Files that wait in the upload directory for their job: named by us alone, and written whole or not at all. */
import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { assert } from '#base/assert.js';

const NAME = /^import_([A-Za-z0-9-]+)\.csv$/;

export const uploadNameOf = (jobId: string) => `import_${jobId}.csv`;

export function uploadPath(uploadDir: string, name: string): string {
  assert(NAME.test(name), `${name} is a name we gave to an upload`);
  return join(uploadDir, name);
}

/** Gives a file that was spooled into the upload directory its lasting name; after this a crash does not lose it. */
export async function keepUpload(spooledPath: string, path: string): Promise<void> {
  assert(dirname(spooledPath) === dirname(path), 'an upload is spooled where it will stay');
  await syncPath(spooledPath);
  await rename(spooledPath, path);
  await syncPath(dirname(path));
}

export async function writeUpload(path: string, text: string): Promise<void> {
  const partial = `${path}.part`;
  const file = await open(partial, 'wx');
  try {
    for (const slice of slicesOf(text)) await file.appendFile(slice);
    await file.sync();
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(partial, path);
  await syncPath(dirname(path));
}

const SLICE_LENGTH = 1024 * 1024;

/** A hundred megabytes turned into bytes at once would hold the loop; a slice never ends within a surrogate pair. */
function* slicesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const end = at + SLICE_LENGTH;
    const isTorn = end < text.length && /[\ud800-\udbff]/.test(text[end - 1]!);
    const cut = isTorn ? end - 1 : end;
    yield text.slice(at, cut);
    at = cut;
  }
}

/** The first bytes of a file, for a look at its header. */
export async function readHead(path: string, bytesMax: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(bytesMax), position: 0 });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

export async function deleteUpload(uploadDir: string, name: string): Promise<void> {
  if (NAME.test(name)) await rm(join(uploadDir, name), { force: true });
}

/** The uploads lying there, by the id of their job; and what a crash left half written. */
export async function listUploads(uploadDir: string): Promise<{ jobIds: string[]; strays: string[] }> {
  const names = await readdir(uploadDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const jobIds = names.flatMap((name) => NAME.exec(name)?.[1] ?? []);
  const strays = names.filter((name) => /^upload-|\.part$/.test(name)).map((name) => join(uploadDir, basename(name)));
  return { jobIds, strays };
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
