/**
 * Kills the server and its PostgreSQL at moments drawn from a seed while clients write, and afterwards asks for everything
 * that was ever acknowledged. What was not acknowledged may be there or not, but never in part.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcesses, readNote } from '#store/embedded/processes.js';
import { startTestServer, type TestServer } from './server.js';

/** One kind of work under fire. A writer is asked for one write after the other, each with a number of its own. */
export interface Writer {
  readonly name: string;
  /** Once a run of the harness, while the server is well. */
  prepare?(base: TestServer['url']): Promise<void>;
  /** Resolves with true when the server acknowledged write `n`; false or a throw means that nobody promised anything. */
  write(base: TestServer['url'], n: number): Promise<boolean>;
  /** Once the server is well again: one sentence for each broken promise. */
  check(base: TestServer['url'], acknowledged: readonly number[], attempted: readonly number[]): Promise<string[]>;
}

export type Victim = 'server' | 'postgres' | 'both';

export interface Kill {
  readonly victim: Victim;
  /** From the kill to the first write acknowledged after it. */
  readonly backAfterMs: number;
  /** The new server's start alone; 0 when it was not killed. */
  readonly startedInMs: number;
}

export interface KillReport {
  readonly seed: number;
  readonly kills: readonly Kill[];
  readonly acknowledged: Readonly<Record<string, number>>;
  readonly attempted: Readonly<Record<string, number>>;
  /** Empty when every promise was kept. */
  readonly broken: readonly string[];
  readonly exitCode: number | null;
}

export interface KillOptions {
  readonly dataDir: string;
  readonly writers: readonly Writer[];
  readonly kills: number;
  /** Printed by the caller: the same seed gives the same victims and pauses. */
  readonly seed: number;
  readonly env?: Record<string, string>;
}

const PAUSE_MS = { least: 100, most: 1_500 };

export async function killAndCount({ dataDir, writers, kills, seed, env = {} }: KillOptions): Promise<KillReport> {
  const random = drawFrom(seed);
  let server = await startTestServer(dataDir, env);
  for (const writer of writers) await writer.prepare?.(server.url);
  const crews = writers.map((writer) => startCrew(writer, () => server.url));
  const done: Kill[] = [];
  try {
    for (let kill = 0; kill < kills; kill++) {
      await sleep(PAUSE_MS.least + random() * (PAUSE_MS.most - PAUSE_MS.least));
      const victim = (['server', 'postgres', 'both'] as const)[Math.floor(random() * 3)]!;
      const killedMs = performance.now();
      if (victim !== 'server') await killPostgres(dataDir);
      if (victim !== 'postgres') {
        await server.kill('SIGKILL');
        server = await startTestServer(dataDir, env);
      }
      await untilAcknowledging(server, crews[0]!);
      const startedInMs = victim === 'postgres' ? 0 : server.startedInMs;
      done.push({ victim, backAfterMs: performance.now() - killedMs, startedInMs });
    }
  } catch (error) {
    await abandon(server);
    throw error;
  } finally {
    for (const crew of crews) await crew.stop();
  }
  const broken: string[] = [];
  for (const { writer, acknowledged, attempted } of crews)
    broken.push(...(await writer.check(server.url, acknowledged, attempted)).map((line) => `${writer.name}: ${line}`));
  return {
    seed,
    kills: done,
    acknowledged: Object.fromEntries(crews.map(({ writer, acknowledged }) => [writer.name, acknowledged.length])),
    attempted: Object.fromEntries(crews.map(({ writer, attempted }) => [writer.name, attempted.length])),
    broken,
    exitCode: await server.stop(),
  };
}

interface Crew {
  readonly writer: Writer;
  readonly acknowledged: number[];
  readonly attempted: number[];
  stop(): Promise<void>;
}

/** Writes without a break; after a refusal it waits a moment and goes on with the next number. */
function startCrew(writer: Writer, base: () => TestServer['url']): Crew {
  const acknowledged: number[] = [];
  const attempted: number[] = [];
  let isStopping = false;
  const working = (async () => {
    for (let n = 0; !isStopping; n++) {
      attempted.push(n);
      const isAcknowledged = await writer.write(base(), n).catch(() => false);
      if (isAcknowledged) acknowledged.push(n);
      else await sleep(20);
    }
  })();
  return {
    ...{ writer, acknowledged, attempted },
    async stop() {
      isStopping = true;
      await working;
    },
  };
}

/** Well again means: it promises something new. */
async function untilAcknowledging(server: TestServer, { acknowledged }: Crew): Promise<void> {
  const before = acknowledged.length;
  const giveUpAt = performance.now() + 60_000;
  while (acknowledged.length === before) {
    if (performance.now() > giveUpAt) throw new Error(`nothing was acknowledged for 60 s:\n${server.log()}`);
    await sleep(5);
  }
}

/** A server that no longer answers would outlive the test, and its PostgreSQL would outlive the server. */
async function abandon(server: TestServer): Promise<void> {
  await server.kill('SIGKILL');
  const instance = readNote(join(server.dataDir, 'postgres', 'running.json'));
  if (instance !== undefined) await endProcesses(instance, undefined);
}

async function killPostgres(dataDir: string): Promise<void> {
  const text = await readFile(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  if (!(pid > 0)) return; // It is down from the last kill: there is nothing to kill.
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Mulberry32: small, and good enough to choose victims. */
function drawFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
