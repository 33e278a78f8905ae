/** A stream to a new file that is on the disk when the promise resolves; a full disk is said as one. */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errors } from '#base/errors.js';
import type { Pieces } from './container-writer.js';

/** Small pieces are gathered: a call into the file system for each block of a tar header costs more than the copy. */
const GATHER_BYTES = 1 << 20;

/** Creates `path` and its directory; what stands there already is an error. Errors: diskFull. */
export const writeFlushedFile = async (path: string, content: Pieces, mode = 0o600): Promise<void> =>
  (await writeUnflushedFile(path, content, mode))();

/** The same without waiting for the disk: gives what flushes and closes it, which must be called. Errors: diskFull, of both. */
export async function writeUnflushedFile(path: string, content: Pieces, mode = 0o600): Promise<() => Promise<void>> {
  const file = await writeNew(path, content, mode);
  return async () => {
    try {
      await file.sync();
    } catch (error) {
      throw sayDiskFull(error, dirname(path));
    } finally {
      await file.close();
    }
  };
}

/** One that is read again by this process and then removed: nobody waits for the disk. Errors: diskFull. */
export async function writeScratchFile(path: string, content: Pieces): Promise<void> {
  await (await writeNew(path, content, 0o600)).close();
}

async function writeNew(path: string, content: Pieces, mode: number): Promise<FileHandle> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'wx', mode);
    try {
      for await (const bytes of gathered(content)) await writeAll(file, bytes);
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  } catch (error) {
    throw sayDiskFull(error, dirname(path));
  }
}

interface Writable {
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ bytesWritten: number }>;
}

async function writeAll(file: Writable, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; ) at += (await file.write(bytes, at, bytes.byteLength - at)).bytesWritten;
}

/** The same bytes in pieces that are worth a call of the system; each is good until the next is asked for. */
export async function* gathered(content: Pieces): AsyncGenerator<Uint8Array> {
  let memory: Buffer | undefined;
  let bytes = 0;
  for await (const piece of content) {
    if (bytes === 0 && piece.byteLength >= GATHER_BYTES) {
      yield piece;
      continue;
    }
    for (let at = 0; at < piece.byteLength; ) {
      memory ??= Buffer.allocUnsafeSlow(GATHER_BYTES);
      const part = piece.subarray(at, at + GATHER_BYTES - bytes);
      memory.set(part, bytes);
      at += part.byteLength;
      bytes += part.byteLength;
      if (bytes < GATHER_BYTES) continue;
      yield memory;
      bytes = 0;
    }
  }
  if (memory !== undefined && bytes > 0) yield memory.subarray(0, bytes);
}

/** ENOSPC and EDQUOT, and DuckDB's and PostgreSQL's words for them, become diskFull; anything else stays what it is. */
export function sayDiskFull(error: unknown, dir: string): unknown {
  const { code, message = '' } = error as { code?: unknown; message?: string };
  const isFull = code === 'ENOSPC' || code === 'EDQUOT' || code === '53100' || /No space left on device/i.test(message);
  return isFull ? errors.diskFull(dir, error) : error;
}
