/** The files of the embedded PostgreSQL: made whole under another name and then renamed, so a kill leaves nothing half made. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { errors } from '#base/errors.js';
import type { PostgresBinaries } from './binaries.js';
import type { RunAs } from './run-as.js';

const run = promisify(execFile);

export const USER = 'almanac';

/** What PostgreSQL sees of our environment: nothing that we were told in confidence. */
export const CLEAN_ENV = { LC_ALL: 'C', TZ: 'UTC', PATH: process.env['PATH'] ?? '' };

/**
 * How PostgreSQL is told its directory. As another user it may not pass through the directories above (a data directory
 * under /root); on Linux it starts inside, and this name leads back there without walking the path.
 */
export const dirArgument = (cluster: string, runAs: RunAs | undefined) =>
  runAs !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : cluster;

/** The password for `cluster`; made once, mode 600. */
export function readOrMakePassword(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const password = randomBytes(24).toString('base64url');
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${password}\n`, { mode: 0o600, flush: true });
  renameSync(temporary, file);
  syncDir(dirname(file));
  return password;
}

export const clusterExists = (cluster: string) => existsSync(join(cluster, 'PG_VERSION'));

export interface NewCluster {
  readonly cluster: string;
  readonly binaries: PostgresBinaries;
  readonly runAs: RunAs | undefined;
  readonly password: string;
  readonly isDurable: boolean;
}

/** Runs initdb: UTF-8, byte order collation of PostgreSQL's own (the same on every machine), scram only. */
export async function makeCluster({ cluster, binaries, runAs, password, isDurable }: NewCluster): Promise<void> {
  const home = dirname(cluster);
  for (const left of readdirSync(home).filter((name) => name.startsWith('new-'))) rmSync(join(home, left), RECURSIVE);
  const workshop = join(home, `new-${randomBytes(4).toString('hex')}`);
  const made = join(workshop, 'cluster');
  const passwordFile = join(workshop, 'password');
  mkdirSync(made, { recursive: true, mode: 0o700 });
  // initdb wants its directory empty, so the password waits beside it; the workshop is the server's for as long.
  writeFileSync(passwordFile, password, { mode: 0o600 });
  for (const path of [workshop, made, passwordFile]) if (runAs !== undefined) chownSync(path, runAs.uid, runAs.gid);
  const dir = dirArgument(made, runAs);
  try {
    await run(
      binaries.initdb,
      [
        ...['-D', dir, '-U', USER, '-E', 'UTF8', '--locale=C', '--locale-provider=builtin'],
        ...['--builtin-locale=C.UTF-8', '--auth=scram-sha-256'],
        `--pwfile=${dir}/../password`,
        ...(isDurable ? [] : ['--no-sync']),
      ],
      { cwd: made, env: CLEAN_ENV, ...runAs },
    );
  } catch (cause) {
    rmSync(workshop, RECURSIVE);
    const { stderr } = cause as { stderr?: string };
    if (stderr?.includes('user does not exist')) throw errors.postgresNameless(runAs?.uid ?? process.getuid?.() ?? 0);
    throw errors.databaseUnavailable(`initdb failed: ${(stderr ?? String(cause)).trim()}`, cause);
  }
  renameSync(made, cluster);
  rmSync(workshop, RECURSIVE);
  if (isDurable) syncDir(home);
}

const RECURSIVE = { recursive: true, force: true } as const;

/** The folder that holds the cluster; others may pass through it, since the server runs as another user under root. */
export function makeHome(home: string): void {
  mkdirSync(home, { recursive: true, mode: 0o711 });
  if (process.getuid?.() === 0) chmodSync(home, 0o755);
}

function syncDir(dir: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(dir, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
