/** A backup file on its way into a restore: its length for the progress, its pieces, and whether it holds secrets. */
import { open, stat } from 'node:fs/promises';
import { z } from 'zod';
import { BLOCK_BYTES, readTarBlock } from '#data/backup/tar.js';

const READ_BYTES = 4 << 20;
/** The head is the first entry, and short. */
const LOOK_BYTES = 64 * 1024;

export interface BackupFile {
  readonly bytes: number;
  pieces(onBytes: (bytes: number) => void): AsyncGenerator<Uint8Array>;
}

/** Errors: those of the file system. */
export async function openBackupFile(path: string): Promise<BackupFile> {
  const { size } = await stat(path);
  await (await open(path, 'r')).close();
  return { bytes: size, pieces: (onBytes) => piecesOf(path, onBytes) };
}

/** One piece is read while the one before is used; it is good until the next is asked for. */
async function* piecesOf(path: string, onBytes: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    let at = 0;
    // Two, used in turn: new memory for each piece would be cleared by the kernel and collected by V8.
    const memory = [Buffer.allocUnsafeSlow(READ_BYTES), Buffer.allocUnsafeSlow(READ_BYTES)];
    let turn = 0;
    const read = () => file.read({ buffer: memory[turn++ % 2]!, position: at });
    for (let next = read(); ; ) {
      const { buffer, bytesRead } = await next;
      if (bytesRead === 0) return;
      at += bytesRead;
      next = read();
      next.catch(() => undefined); // Awaited in the next turn, or not at all when the reader stops.
      yield buffer.subarray(0, bytesRead);
      onBytes(at);
    }
  } finally {
    await file.close();
  }
}

/** A look ahead, so that the passphrase is asked for before anything is done; the restore itself believes none of it. */
export async function needsPassphrase(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(LOOK_BYTES), position: 0 });
    const header = bytesRead < BLOCK_BYTES ? undefined : readTarBlock(buffer.subarray(0, BLOCK_BYTES));
    const text = buffer.subarray(BLOCK_BYTES, BLOCK_BYTES + (header?.bytes ?? 0)).toString('utf8');
    return z.object({ secrets_sha256: z.string() }).safeParse(parsed(text)).success;
  } finally {
    await file.close();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // No head of ours: the restore says so.
  }
}
