/**
 * The embedded PostgreSQL: made at the first start, started, kept running, stopped.
 *
 * The caller owns the directory (see data/data-dir.ts): nobody else supervises it. What may be left of an earlier owner is
 * its server, and that one is ended here before a new one starts.
 */
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, lchownSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { errors } from '#base/errors.js';
import { type Log, silentLog } from '#base/log.js';
import type { PostgresConnection } from '../connection.js';
import { findBinaries, type PostgresBinaries } from './binaries.js';
import { clusterExists, makeCluster, makeHome, readOrMakePassword, USER } from './cluster.js';
import { resetPassword } from './password.js';
import { type Postmaster, StartRefused, startPostmaster } from './postmaster.js';
import { commandOf, endProcesses, findProcesses, readNote, writeNote } from './processes.js';
import { chooseRunAs, type RunAs } from './run-as.js';

export interface EmbeddedOptions {
  /** Holds the cluster and the note of the running server: `<data>/postgres`. */
  readonly dir: string;
  /** `<data>/secrets/postgres-password`: made when absent, mode 600. */
  readonly passwordFile: string;
  readonly log?: Log;
  /** False only where the data may be lost: tests. Default true. */
  readonly isDurable?: boolean;
}

export type EmbeddedEvent = 'died' | 'restarted' | 'stopped';

export interface EmbeddedPostgres {
  /** Stays the same across restarts, so that pools find it again. */
  readonly connection: PostgresConnection;
  /** Of the postmaster; undefined while it is down. */
  pid(): number | undefined;
  /** Hears what happens to the server; returns the way to stop listening. */
  subscribe(listener: (event: EmbeddedEvent) => void): () => void;
  /** Close the pools first: open transactions are rolled back. Waits at most about 20 s. */
  stop(): Promise<void>;
}

/** After a kill the kernel may hold the old shared memory until the last orphan is gone. */
const BUSY_PATIENCE_MS = 10_000;
const RESTART_PAUSE_MS_MAX = 5_000;

/**
 * Errors: postgresUnsupported, postgresUnreachable, postgresForeign, postgresStuck, postgresNameless, postgresNotOurs,
 * postgresMajor, databaseUnavailable.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const site = await prepare(options);
  let connection = { ...site.connection, port: await freePort() };
  let postmaster = await start(site, connection, async () => {
    connection = { ...connection, port: await freePort() };
    return connection;
  });
  await createDatabase(connection).catch(async (error: unknown) => {
    await postmaster.stop();
    throw error;
  });

  const listeners = new Set<(event: EmbeddedEvent) => void>();
  const tell = (event: EmbeddedEvent) => {
    for (const listener of listeners) listener(event);
  };
  const stopping = new AbortController();
  let isDown = false;
  const watch = keepRunning();

  async function keepRunning(): Promise<void> {
    while (!stopping.signal.aborted) {
      const lastWords = await postmaster.ended;
      if (stopping.signal.aborted) return;
      isDown = true;
      site.log.error({ lastWords }, 'PostgreSQL ended unexpectedly; starting it again');
      tell('died');
      await restart();
    }
  }

  async function restart(): Promise<void> {
    for (let pauseMs = 50; !stopping.signal.aborted; pauseMs = Math.min(2 * pauseMs, RESTART_PAUSE_MS_MAX)) {
      try {
        // The same port, since pools know it: when another program took it meanwhile, we wait until it is free again.
        postmaster = await start(site, connection, async () => connection, stopping.signal);
        isDown = false;
        site.log.warn({ pid: postmaster.pid }, 'PostgreSQL is running again');
        return tell('restarted');
      } catch (error) {
        if (stopping.signal.aborted) return;
        site.log.error({ error: String(error), pauseMs }, 'PostgreSQL could not be started again');
        await sleep(pauseMs);
      }
    }
  }

  return {
    connection,
    pid: () => (isDown ? undefined : postmaster.pid),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop() {
      if (stopping.signal.aborted) return watch;
      stopping.abort();
      await postmaster.stop();
      // A restart may be under way: its server is ended under it, and if it was quicker, stopped as well.
      const instance = isDown ? readNote(site.note) : undefined;
      if (instance !== undefined) await endProcesses(instance, undefined);
      await watch;
      await postmaster.stop();
      rmSync(site.note, { force: true });
      tell('stopped');
    },
  };
}

interface Site {
  readonly cluster: string;
  /** The file that names the running instance. */
  readonly note: string;
  readonly binaries: PostgresBinaries;
  readonly runAs: RunAs | undefined;
  readonly isDurable: boolean;
  readonly log: Log;
  readonly connection: Omit<PostgresConnection, 'port'>;
}

async function prepare({ dir, passwordFile, log = silentLog, isDurable = true }: EmbeddedOptions): Promise<Site> {
  makeHome(dir);
  const cluster = join(dir, 'cluster');
  const runAs = chooseRunAs(cluster);
  const binaries = findBinaries(dir, runAs);
  const hadPassword = existsSync(passwordFile);
  const password = readOrMakePassword(passwordFile);
  const connection = { host: '127.0.0.1', user: USER, password, database: USER };
  const site: Site = { cluster, note: join(dir, 'running.json'), binaries, runAs, isDurable, log, connection };
  if (existsSync(cluster)) takeFiles(cluster, runAs);
  if (!clusterExists(cluster)) {
    await makeCluster({ cluster, binaries, runAs, password, isDurable });
    return site;
  }
  refuseOtherMajor(cluster, binaries);
  await endEarlierServer(site);
  if (!hadPassword) await resetPassword(site, password);
  return site;
}

/** The files of one major version cannot be read by another; pg_upgrade, which could, is not among the programs we have. */
function refuseOtherMajor(cluster: string, { major }: PostgresBinaries): void {
  const made = Number.parseInt(readFileSync(join(cluster, 'PG_VERSION'), 'utf8'), 10);
  if (made !== major) throw errors.postgresMajor(cluster, made, major);
}

/** Files that root left behind as root become the server's; files of another user are not ours to open. */
function takeFiles(cluster: string, runAs: RunAs | undefined): void {
  const { uid } = statSync(cluster);
  if (runAs === undefined) {
    const us = process.getuid?.();
    if (us !== undefined && uid !== us) throw errors.postgresNotOurs(cluster, uid);
  } else if (uid === 0) {
    for (const name of readdirSync(cluster, { recursive: true, encoding: 'utf8' }))
      lchownSync(join(cluster, name), runAs.uid, runAs.gid);
    chownSync(cluster, runAs.uid, runAs.gid);
  }
}

/** Ends what an earlier run left, known by the name in its note; a server that somebody else started is an error. */
async function endEarlierServer({ cluster, note, log }: Site): Promise<void> {
  const instance = readNote(note);
  const pid = readPostmasterPid(cluster);
  if (instance !== undefined && findProcesses(instance).length > 0) {
    log.warn({ instance, pid }, 'Stopping the PostgreSQL of an earlier run');
    if (!(await endProcesses(instance, pid))) throw errors.postgresStuck(cluster, findProcesses(instance));
  }
  const left = readPostmasterPid(cluster);
  if (left === undefined) return;
  const command = commandOf(left);
  if (/\bpostgres\b/.test(command) && command.includes(cluster)) throw errors.postgresForeign(cluster, left);
  // The number now belongs to no one or to some other program; PostgreSQL would take a living one for itself.
  rmSync(join(cluster, 'postmaster.pid'), { force: true });
}

function readPostmasterPid(cluster: string): number | undefined {
  const file = join(cluster, 'postmaster.pid');
  const pid = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : Number.NaN;
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** Names the instance before it exists: whoever comes after a kill, at any moment, finds every process of it. */
async function start(
  site: Site,
  firstConnection: PostgresConnection,
  another: () => Promise<PostgresConnection>,
  signal?: AbortSignal,
): Promise<Postmaster> {
  const giveUpAt = performance.now() + BUSY_PATIENCE_MS;
  for (let connection = firstConnection; ; ) {
    await endEarlierServer(site);
    signal?.throwIfAborted();
    const instance = `almanac-${randomBytes(8).toString('hex')}`;
    writeNote(site.note, instance);
    try {
      return await startPostmaster({ ...site, instance, connection });
    } catch (error) {
      if (!(error instanceof StartRefused)) throw error;
      if (performance.now() > giveUpAt) throw errors.databaseUnavailable(error.message, error);
      if (error.reason === 'port') connection = await another();
      await sleep(100);
    }
  }
}

/** The first start makes our database; later ones find it. */
async function createDatabase(connection: PostgresConnection): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [connection.database]);
    if (rowCount === 0) await client.query(`create database ${connection.database}`);
  } finally {
    await client.end();
  }
}

/** A port nobody listens on now; another program may still take it before us, which start() answers. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw errors.databaseUnavailable('no free port on 127.0.0.1');
  return address.port;
}
