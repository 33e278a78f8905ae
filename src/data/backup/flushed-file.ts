/** A stream to a new file that is on the disk when the promise resolves; a full disk is said as one. */
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errors } from '#base/errors.js';
import type { Pieces } from './container-writer.js';

/** Small pieces are gathered: a call into the file system for each block of a tar header costs more than the copy. */
const GATHER_BYTES = 1 << 20;

/** Creates `path` and its directory; what stands there already is an error. Errors: diskFull. */
export async function writeFlushedFile(path: string, content: Pieces, mode = 0o600): Promise<number> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'wx', mode);
    try {
      let written = 0;
      for await (const bytes of gathered(content)) {
        await writeAll(file, bytes);
        written += bytes.byteLength;
      }
      await file.sync();
      return written;
    } finally {
      await file.close();
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

/** The same bytes in pieces that are worth a call of the system. */
export async function* gathered(content: Pieces): AsyncGenerator<Uint8Array> {
  let small: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of content) {
    if (bytes === 0 && piece.byteLength >= GATHER_BYTES) {
      yield piece;
      continue;
    }
    small.push(piece);
    bytes += piece.byteLength;
    if (bytes < GATHER_BYTES) continue;
    yield Buffer.concat(small);
    small = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(small);
}

/** ENOSPC and EDQUOT, and DuckDB's and PostgreSQL's words for them, become diskFull; anything else stays what it is. */
export function sayDiskFull(error: unknown, dir: string): unknown {
  const { code, message = '' } = error as { code?: unknown; message?: string };
  const isFull = code === 'ENOSPC' || code === 'EDQUOT' || code === '53100' || /No space left on device/i.test(message);
  return isFull ? errors.diskFull(dir, error) : error;
}
