/** One running PostgreSQL: started, waited for until it answers, heard, and stopped within bounds. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { errors } from '#base/errors.js';
import type { Log } from '#base/log.js';
import type { PostgresConnection } from '../connection.js';
import type { PostgresBinaries } from './binaries.js';
import { CLEAN_ENV, dirArgument } from './cluster.js';
import { endProcesses } from './processes.js';
import type { RunAs } from './run-as.js';

/** Answers come 25-110 ms after a clean stop; after a crash the log is replayed first, at most 512 MB of it. */
const READY_WITHIN_MS = 60_000;
const POLL_MS = { first: 10, most: 100 };

export interface PostmasterOptions {
  readonly binaries: PostgresBinaries;
  readonly cluster: string;
  readonly runAs: RunAs | undefined;
  readonly instance: string;
  readonly connection: PostgresConnection;
  readonly isDurable: boolean;
  readonly log: Log;
}

export interface Postmaster {
  readonly pid: number;
  /** Resolves when the process has ended, with its last words. */
  readonly ended: Promise<string>;
  /** Fast shutdown: open transactions are rolled back, what is committed is on disk. Bounded. */
  stop(): Promise<void>;
}

/** Why a start failed, when trying again may help. */
export class StartRefused extends Error {
  readonly reason: 'port' | 'busy';
  constructor(reason: 'port' | 'busy', lastWords: string) {
    super(lastWords);
    this.reason = reason;
  }
}

export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const { binaries, cluster, runAs, log } = options;
  const child = spawn(binaries.postgres, argumentsFor(options), {
    cwd: cluster,
    env: CLEAN_ENV,
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own: Ctrl-C in the terminal is for us, who then stop it after the last query.
    detached: true,
    ...runAs,
  });
  const lastWords = listen(child, log);
  const ended = Promise.race([once(child, 'exit'), once(child, 'error')]).then(([word]) =>
    word instanceof Error ? word.message : lastWords.join('\n'),
  );
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
    process.removeListener('exit', stopWithUs);
  });
  // When our process leaves without a clean stop, this is the last moment to ask for one.
  const stopWithUs = () => child.kill('SIGINT');
  process.on('exit', stopWithUs);

  const stop = async () => {
    if (!hasEnded) child.kill('SIGINT');
    await endsWithin(ended, 10_000);
    // Where it was killed, or does not stop, its children may outlive it.
    await endProcesses(options.instance, undefined);
    await endsWithin(ended, 1_000);
  };
  try {
    await answers(options.connection, () => hasEnded);
  } catch (error) {
    await stop();
    throw error;
  }
  if (hasEnded) throw refusal(await ended, cluster);
  return { pid: child.pid!, ended, stop };
}

const endsWithin = (ended: Promise<unknown>, ms: number) =>
  Promise.race([ended.then(() => true), sleep(ms, false, { ref: false })]);

/** Few connections and little memory: one server process and its workers, on a machine that has other things to do. */
const argumentsFor = ({ cluster, runAs, instance, connection, isDurable }: PostmasterOptions): string[] => [
  '-D',
  dirArgument(cluster, runAs),
  ...settings({
    cluster_name: instance,
    listen_addresses: connection.host,
    port: connection.port,
    // Loopback with a password everywhere: a socket's path may not exceed 107 bytes, and data directories do.
    unix_socket_directories: '',
    max_connections: 60,
    shared_buffers: '64MB',
    max_wal_size: '512MB',
    io_method: 'sync',
    // Sums of floats depend on their order, and a container's /dev/shm is small: no parallel plans.
    max_parallel_workers_per_gather: 0,
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements may carry what people told us in confidence: never in the log, neither are the callers' own mistakes.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    // Without these a power cut may lose rows; a kill does not.
    ...(isDurable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  }),
];

const settings = (values: Readonly<Record<string, string | number>>) =>
  Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** Passes what PostgreSQL says on to the log and keeps the last lines for the error message. */
function listen(child: ChildProcess, log: Log): string[] {
  const lastWords: string[] = [];
  createInterface({ input: child.stderr! }).on('line', (line) => {
    lastWords.push(line);
    if (lastWords.length > 20) lastWords.shift();
    if (line.includes('PANIC:')) log.error({ line }, 'PostgreSQL panicked');
    else log.debug({ line }, 'PostgreSQL');
  });
  return lastWords;
}

/** Asks every 10 ms, later less often, until a connection is let in or the process has ended. Each question is a process. */
async function answers(connection: PostgresConnection, hasEnded: () => boolean): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (let pauseMs = POLL_MS.first; !hasEnded(); pauseMs = Math.min(1.05 * pauseMs, POLL_MS.most)) {
    const client = new pg.Client({ ...connection, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined); // The same failure rejects connect(); without a listener it would end us.
    try {
      await client.connect();
      return;
    } catch (error) {
      // 3D000: it let us in, and only the database is not there yet.
      if ((error as { code?: string }).code === '3D000') return;
      if ((error as { code?: string }).code === '28P01')
        throw errors.databaseUnavailable('the password was refused', error);
      if (performance.now() > deadline)
        throw errors.databaseUnavailable(`no answer within ${READY_WITHIN_MS / 1000} s`, error);
    } finally {
      await client.end();
    }
    await sleep(pauseMs);
  }
}

function refusal(lastWords: string, cluster: string): Error {
  if (/could not bind|Address already in use/.test(lastWords)) return new StartRefused('port', lastWords);
  if (/shared memory block|lock file .* already exists/.test(lastWords)) return new StartRefused('busy', lastWords);
  return errors.databaseUnavailable(`PostgreSQL ended at once in ${cluster}: ${lastWords}`);
}
