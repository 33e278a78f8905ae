/** Connections to PostgreSQL: how values come back, how long we wait while it restarts, and how its absence is said. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { errors } from '#base/errors.js';
import type { Log } from '#base/log.js';
import { columnTypes } from './column-types.js';
import type { PostgresConnection } from './connection.js';

export interface PoolOptions {
  readonly at: string | PostgresConnection;
  readonly size: number;
  readonly log: Log;
  /** How long a caller waits for a connection while the server is away. The supervisor restarts it within seconds. */
  readonly patienceMs: number;
}

/** How busy the connections are; the waits count from the opening. */
export interface PoolLoad {
  readonly max: number;
  readonly open: number;
  readonly idle: number;
  /** Callers that wait for a connection at this moment. */
  readonly waiting: number;
  readonly waits: number;
  readonly waitedS: number;
}

export interface WatchedPool extends PostgresPool {
  load(): PoolLoad;
}

export function openPool({ at, size, log, patienceMs }: PoolOptions): WatchedPool {
  const config: pg.PoolConfig = {
    ...(typeof at === 'string' ? { connectionString: at } : at),
    max: size,
    connectionTimeoutMillis: patienceMs,
    keepAlive: true,
    application_name: 'almanac',
    types: columnTypes,
    // What our own server is started with, a server of somebody else must be told, connection by connection.
    ...(typeof at === 'string' ? { onConnect: (client: pg.ClientBase) => client.query(SESSION) } : {}),
  };
  const pool = new pg.Pool(config);
  const connect = patiently({ pool, config, patienceMs });
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', (error) => log.debug({ error: error.message }, 'An idle database connection was lost'));
  pool.on('connect', (client) => {
    client.on('error', (error) => log.debug({ error: error.message }, 'A database connection was lost'));
  });
  let [waits, waitedMs] = [0, 0];
  return {
    async connect() {
      const askedMs = performance.now();
      try {
        return sayingAbsence(await connect());
      } finally {
        waits++;
        waitedMs += performance.now() - askedMs;
      }
    },
    end: () => pool.end(),
    load: () => ({
      max: size,
      open: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
      waits,
      waitedS: waitedMs / 1000,
    }),
  };
}

/**
 * Our SQL means one thing wherever it runs: dates in UTC, tables in public, and sums of floats in one order, which parallel
 * plans would change.
 */
const SESSION = `set timezone = 'UTC'; set datestyle = 'ISO'; set search_path = public; set standard_conforming_strings = on;
  set default_transaction_isolation = 'read committed'; set max_parallel_workers_per_gather = 0; set jit = off`;

interface Patience {
  readonly pool: pg.Pool;
  readonly config: pg.ClientConfig;
  readonly patienceMs: number;
}

/**
 * Gives a connection, waiting while the server is away. Only one of those who wait knocks, the others wait for it: each
 * knock costs the server a process, and hundreds of them at once keep a server that is recovering from ever getting up.
 */
function patiently({ pool, config, patienceMs }: Patience): () => Promise<pg.PoolClient> {
  let knocking: Promise<void> | undefined;
  return async () => {
    for (const giveUpAt = performance.now() + patienceMs; ; ) {
      await knocking;
      try {
        return await pool.connect();
      } catch (error) {
        if (!isAbsence(error)) throw error;
        if (POOL_EXHAUSTED.test(messageOf(error)) || performance.now() > giveUpAt)
          throw errors.databaseUnavailable(messageOf(error), error);
        knocking ??= knockUntilAnswered(config, patienceMs).finally(() => {
          knocking = undefined;
        });
      }
    }
  };
}

/** Errors: databaseUnavailable when nobody answers within `patienceMs`. */
async function knockUntilAnswered(config: pg.ClientConfig, patienceMs: number): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  for (let pauseMs = 20; ; pauseMs = Math.min(2 * pauseMs, 250)) {
    const client = new pg.Client({ ...config, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined); // The same failure rejects connect(); without a listener it would end us.
    try {
      await client.connect();
      return;
    } catch (error) {
      if (!isAbsence(error)) throw error;
      if (performance.now() > giveUpAt) throw errors.databaseUnavailable(messageOf(error), error);
    } finally {
      await client.end().catch(() => undefined); // It never was connected: there is nothing to end.
    }
    await sleep(pauseMs);
  }
}

/** One stand-in a client, because Kysely keeps what it knows of a connection by identity. */
const standIns = new WeakMap<pg.PoolClient, PostgresPoolClient>();

/** The client, whose queries say `database_unavailable` when the server went away under them. */
function sayingAbsence(client: pg.PoolClient): PostgresPoolClient {
  const known = standIns.get(client);
  if (known !== undefined) return known;
  const ask = client.query.bind(client) as (...given: unknown[]) => unknown;
  const query = (...given: unknown[]) => {
    const answer = ask(...given);
    return answer instanceof Promise ? answer.catch(sayAbsence) : answer;
  };
  const standIn: PostgresPoolClient = {
    query: query as PostgresPoolClient['query'],
    release: () => client.release(),
  };
  standIns.set(client, standIn);
  return standIn;
}

function sayAbsence(error: unknown): never {
  throw isAbsence(error) ? errors.databaseUnavailable(messageOf(error), error) : error;
}

/** A refused connection to a name with several addresses has a code and no message. */
const messageOf = (error: unknown) =>
  error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);

/**
 * Class 08 and 57P01-57P03: the connection broke, the server is stopping, crashed or starting. 53: it has no disk, memory or
 * connections left. 25006: it became a standby. 28 and 3D000, after they once held: the door is being changed.
 */
const ABSENCE_CODES =
  /^(08...|57P0[123]|53...|25006|28...|3D000|ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH)$/;
const ABSENCE_WORDS = /Connection terminated|timeout exceeded when trying to connect|not queryable/;
/** All connections of ours were in use for as long as we wait: the server is there, and has been asked too much. */
const POOL_EXHAUSTED = /timeout exceeded when trying to connect/;

export const isAbsence = (error: unknown): boolean =>
  error instanceof Error &&
  (ABSENCE_CODES.test(String((error as { code?: unknown }).code)) || ABSENCE_WORDS.test(error.message));
