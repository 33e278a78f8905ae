/** The data directory: everything we write, under one owner. */
import { chmodSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from '#base/errors.js';
import { LOCK_NAME, takeOwnerLock } from './owner-lock.js';

export interface DataDirPaths {
  readonly root: string;
  /** Keys and passwords, mode 700. */
  readonly secrets: string;
  /** The embedded PostgreSQL: its cluster and the note of the running server. */
  readonly postgres: string;
  readonly artifacts: string;
  /** Files on their way in, until their job has read them. */
  readonly uploads: string;
  /** Where the order-book zones stand: raw, canonical, derived and training are directories of the root itself (umiki.md 4.1). */
  readonly zones: string;
  /** Names that people gave (sigma's paths). */
  readonly workspace: string;
  /** Where umiki looks for sources and specs. */
  readonly inbox: string;
  readonly specs: string;
  /** May be emptied whenever nobody runs. */
  readonly tmp: string;
  readonly measurements: string;
}

export interface DataDir extends DataDirPaths {
  /** Gives the directory up; a process that ends gives it up too. */
  release(): void;
}

/** The paths under `root`, for those who only look. */
export const dataDirPaths = (root: string): DataDirPaths => ({
  root,
  secrets: join(root, 'secrets'),
  postgres: join(root, 'postgres'),
  artifacts: join(root, 'artifacts'),
  uploads: join(root, 'uploads'),
  zones: root,
  workspace: join(root, 'workspace'),
  inbox: join(root, 'inbox'),
  specs: join(root, 'specs'),
  tmp: join(root, 'tmp'),
  measurements: join(root, 'measurements'),
});

/**
 * Makes the tree where it is absent and takes ownership. The two places that hold secrets in plain bytes are closed to
 * others; the root may be passed through, because under root the embedded PostgreSQL runs as another user.
 * Errors: dataDirTaken, dataDirUnusable.
 */
export async function openDataDir(dir: string): Promise<DataDir> {
  const paths = makeTree(dir);
  const lock = await takeOwnerLock(join(paths.root, LOCK_NAME)).catch((cause: Error) => {
    throw errors.dataDirUnusable(dir, cause.message, cause);
  });
  if ('pid' in lock) throw errors.dataDirTaken(paths.root, lock.pid);
  return { ...paths, release: lock.release };
}

function makeTree(dir: string): DataDirPaths {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o711 });
    // One name a directory: a second way there (a symbolic link) must meet the same lock.
    const paths = dataDirPaths(realpathSync(dir));
    const { root, postgres, secrets, ...rest } = paths;
    for (const path of Object.values(rest)) mkdirSync(path, { recursive: true, mode: 0o700 });
    mkdirSync(postgres, { recursive: true, mode: 0o711 });
    mkdirSync(secrets, { recursive: true, mode: 0o700 });
    chmodSync(secrets, 0o700);
    return paths;
  } catch (cause) {
    throw errors.dataDirUnusable(dir, cause instanceof Error ? cause.message : String(cause), cause);
  }
}
