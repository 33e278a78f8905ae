/**
 * A private cluster of the PostgreSQL that this machine has (Debian's 15, or whatever stands in PATH), for tests and benches: on a free
 * port, in a directory of its own. `npx tsx scripts/postgres.ts` starts one and prints its DATABASE_URL, until Ctrl-C.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const START_WITHIN_MS = 30_000;
/** Where Debian keeps its majors, the one that DESIGN names as the oldest we take first. */
const DEBIAN = '/usr/lib/postgresql';
const OLDEST_MAJOR = 15;
const ENV = { LC_ALL: 'C', TZ: 'America/New_York', PATH: process.env['PATH'] ?? '' };
const run = promisify(execFile);

export interface PostgresOptions {
  /** What initdb is told beside its directory: `--locale-provider=icu`, `--icu-locale=en-US`. */
  readonly initdb?: readonly string[];
  /** Settings of the server by name. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Beside loopback, for hosts in other network namespaces. */
  readonly listen?: string;
  /** Only where the data may be lost may this be false. Default false. */
  readonly isDurable?: boolean;
}

export interface RunningPostgres {
  /** Of the superuser, and of an empty database of its own. */
  readonly url: string;
  readonly port: number;
  /** Server version as PostgreSQL counts: 150004. */
  readonly version: string;
  /** Ends the server and keeps its data and port: SIGINT rolls back and ends, SIGQUIT is a crash. */
  halt(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again after `halt`. */
  resume(): Promise<void>;
  /** Ends it and removes its directory. */
  stop(): Promise<void>;
}

interface As {
  readonly uid: number;
  readonly gid: number;
}

/** The directory of initdb and postgres, or why there is none. */
export async function findPostgres(): Promise<{ bin: string; version: string } | { reason: string }> {
  const majors = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(a) - Number(b)) : [];
  const dirs = [...majors.map((major) => join(DEBIAN, major, 'bin')), ...ENV.PATH.split(delimiter)];
  for (const bin of dirs.filter((dir) => existsSync(join(dir, 'postgres')) && existsSync(join(dir, 'initdb')))) {
    const { stdout } = await run(join(bin, 'postgres'), ['--version']);
    const version = /(\d+)\.?\S*/.exec(stdout)?.[0] ?? '';
    if (Number.parseInt(version, 10) >= OLDEST_MAJOR) return { bin, version };
  }
  return { reason: `no PostgreSQL ${OLDEST_MAJOR} or newer in ${DEBIAN} or PATH` };
}

export async function startPostgres(bin: string, options: PostgresOptions = {}): Promise<RunningPostgres> {
  const home = await mkdtemp(join(tmpdir(), 'almanac-postgres-'));
  const cluster = join(home, 'cluster');
  const as = process.getuid?.() === 0 ? findNobody() : undefined;
  const password = randomBytes(12).toString('hex');
  const passwordFile = join(home, 'password');
  await mkdir(cluster, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  await chmod(home, 0o755);
  // It refuses root: the files are another user's, and so is the process.
  if (as !== undefined) for (const path of [home, cluster, passwordFile]) await chown(path, as.uid, as.gid);
  const made = ['-D', cluster, '-U', 'almanac', '-E', 'UTF8', '--no-sync', '--auth=scram-sha-256'];
  const locale = options.initdb ?? ['--locale=C.UTF-8'];
  await run(join(bin, 'initdb'), [...made, `--pwfile=${passwordFile}`, ...locale], { cwd: home, env: ENV, ...as });
  if (options.listen !== undefined)
    await writeFile(join(cluster, 'pg_hba.conf'), 'host all all 0.0.0.0/0 scram-sha-256\n', { flag: 'a' });
  const port = await freePort();
  const start = () => launch({ bin, cluster, port, as, options });
  let server = await start();
  return {
    url: `postgres://almanac:${password}@127.0.0.1:${port}/postgres`,
    port,
    version: /postgres.* (\S+)/.exec((await run(join(bin, 'postgres'), ['--version'])).stdout)?.[1] ?? '',
    halt: (signal = 'SIGINT') => server.end(signal),
    async resume() {
      server = await start();
    },
    async stop() {
      await server.end('SIGQUIT');
      await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

interface Launch {
  readonly bin: string;
  readonly cluster: string;
  readonly port: number;
  readonly as: As | undefined;
  readonly options: PostgresOptions;
}

async function launch({
  bin,
  cluster,
  port,
  as,
  options,
}: Launch): Promise<{ end(signal: NodeJS.Signals): Promise<void> }> {
  const { listen, isDurable = false } = options;
  const settings = {
    listen_addresses: listen === undefined ? '127.0.0.1' : `127.0.0.1,${listen}`,
    port,
    unix_socket_directories: '',
    max_connections: 120,
    timezone: 'America/New_York',
    ...(isDurable ? {} : { fsync: 'off', full_page_writes: 'off' }),
    ...options.settings,
  };
  const child = spawn(
    join(bin, 'postgres'),
    ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { cwd: cluster, env: ENV, stdio: ['ignore', 'ignore', 'pipe'], ...as },
  );
  // A run that is stopped in the middle leaves no server behind.
  const endWithUs = () => child.kill('SIGQUIT');
  process.once('exit', endWithUs);
  const over = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void over.then(() => process.off('exit', endWithUs));
  await untilReady(child);
  return {
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await over;
    },
  };
}

/** It says so itself. */
function untilReady(child: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGQUIT');
      reject(new Error(`PostgreSQL ${why}:\n${said}`));
    };
    const late = setTimeout(fail, START_WITHIN_MS, `was not ready within ${START_WITHIN_MS} ms`);
    const early = () => fail('ended at once');
    child.once('exit', early);
    child.stderr!.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
      if (!said.includes('ready to accept connections')) return;
      clearTimeout(late);
      child.off('exit', early);
      resolve();
    });
  });
}

/** initdb wants a user with a name. */
function findNobody(): As {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const [, , uid, gid] = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody') ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

if (process.argv[1]?.endsWith('postgres.ts') === true) {
  const found = await findPostgres();
  if ('reason' in found) {
    console.error(`PostgreSQL cannot run here: ${found.reason}.`);
    process.exitCode = 1;
  } else {
    const server = await startPostgres(found.bin);
    console.log(`DATABASE_URL=${server.url}`);
    const keepAlive = setInterval(() => {}, 60_000);
    const stop = () => {
      clearInterval(keepAlive);
      void server.stop();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  }
}
