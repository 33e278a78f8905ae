/**
 * One process owns a directory. The operating system holds the lock, so it ends with the process however that ends, and it
 * is seen from other containers on the same machine, where process ids and sockets are not.
 *
 * Node offers no such lock; DuckDB takes one (fcntl on POSIX, a share mode on Windows) on the file it opens, and is here
 * anyway. A trap of POSIX: closing any other handle of that file in this process drops the lock, so nobody else may open it
 * (a backup leaves it out).
 */
import { existsSync } from 'node:fs';
import { link, rm } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { temporaryBeside } from './durable.js';

export const LOCK_NAME = 'owner.lock';

export interface OwnerLock {
  release(): void;
}

/** Who has it instead; the id is 0 when the system does not tell. */
export interface LockHolder {
  readonly pid: number;
}

/** fcntl locks do not hold between parts of one process: these do. */
const heldHere = new Set<string>();

/** Takes the lock `file`, or says who has it. */
export async function takeOwnerLock(file: string): Promise<OwnerLock | LockHolder> {
  if (heldHere.has(file)) return { pid: process.pid };
  heldHere.add(file);
  try {
    const instance = await openLocked(file);
    return {
      release() {
        instance.closeSync();
        heldHere.delete(file);
      },
    };
  } catch (error) {
    heldHere.delete(file);
    const message = error instanceof Error ? error.message : String(error);
    if (!/set lock on file|being used by another process/i.test(message)) throw error;
    return { pid: Number(/PID (\d+)/.exec(message)?.[1] ?? 0) };
  }
}

async function openLocked(file: string): Promise<DuckDBInstance> {
  if (!existsSync(file)) await makeLockFile(file);
  return DuckDBInstance.create(file, SMALL);
}

/** Made whole under another name and then linked: never half there, and never put in the place of one that is held. */
async function makeLockFile(file: string): Promise<void> {
  const temporary = temporaryBeside(file);
  (await DuckDBInstance.create(temporary, SMALL)).closeSync();
  try {
    await link(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

const SMALL = { threads: '1', memory_limit: '16MB' };
