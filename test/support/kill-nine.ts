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
  /** The new server's start alone; undefined when it was not killed. */
  readonly start: { readonly tookMs: number; readonly starvedMs: number } | undefined;
}

export interface KillReport {
  readonly seed: number;
  readonly kills: readonly Kill[];
  readonly acknowledged: Readonly<Record<string, number>>;
  readonly attempted: Readonly<Record<string, number>>;
  /** Jobs whose worker was killed in the middle, by kind. */
  readonly begunAgain: Readonly<Record<string, number>>;
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

const JOBS_A_PAGE = 200;
const PAUSE_MS = { least: 100, most: 1_500 };

export async function killAndCount({ dataDir, writers, kills, seed, env = {} }: KillOptions): Promise<KillReport> {
  const random = drawFrom(seed);
  let server = await startTestServer(dataDir, env);
  const crews: Crew[] = [];
  const stopCrews = async () => {
    for (const crew of crews) await crew.stop();
  };
  const done: Kill[] = [];
  const broken: string[] = [];
  try {
    for (const writer of writers) await writer.prepare?.(server.url);
    crews.push(...writers.map((writer) => startCrew(writer, () => server.url)));
    for (let kill = 0; kill < kills; kill++) {
      await sleep(PAUSE_MS.least + random() * (PAUSE_MS.most - PAUSE_MS.least));
      const victim = (['server', 'postgres', 'both'] as const)[Math.floor(random() * 3)]!;
      const killedMs = performance.now();
      const killedPid = victim === 'server' ? 0 : await killPostgres(dataDir);
      if (victim !== 'postgres') {
        await server.kill('SIGKILL');
        server = await startTestServer(dataDir, env);
      }
      // Its orphans may answer for a moment longer: it is back when there is another.
      if (killedPid !== 0) await untilAnotherPostgres(dataDir, killedPid);
      await untilAcknowledging(server, crews[0]!);
      const start = victim === 'postgres' ? undefined : { tookMs: server.startedInMs, starvedMs: server.starvedMs };
      done.push({ victim, backAfterMs: performance.now() - killedMs, start });
    }
    await stopCrews();
    for (const { writer, acknowledged, attempted } of crews) {
      const said = await writer.check(server.url, acknowledged, attempted);
      broken.push(...said.map((line) => `${writer.name}: ${line}`));
    }
    return {
      seed,
      kills: done,
      acknowledged: Object.fromEntries(crews.map(({ writer, acknowledged }) => [writer.name, acknowledged.length])),
      attempted: Object.fromEntries(crews.map(({ writer, attempted }) => [writer.name, attempted.length])),
      begunAgain: await countBegunAgain(server),
      broken,
      exitCode: await server.stop(),
    };
  } catch (error) {
    const log = server.log();
    await abandon(server);
    await stopCrews();
    throw new Error(`${String(error)}\n${log.slice(-4_000)}`, { cause: error });
  }
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

/** Well again means: it promises something that it was asked from now on. */
async function untilAcknowledging(server: TestServer, { acknowledged, attempted }: Crew): Promise<void> {
  const next = attempted.length;
  const giveUpAt = performance.now() + 60_000;
  while ((acknowledged.at(-1) ?? -1) < next) {
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

/** Gives the process it killed; 0 when it is down from the last kill and there is none. */
async function killPostgres(dataDir: string): Promise<number> {
  const pid = await postmasterOf(dataDir);
  if (pid === 0) return 0;
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  return pid;
}

async function untilAnotherPostgres(dataDir: string, than: number): Promise<void> {
  const giveUpAt = performance.now() + 60_000;
  for (;;) {
    const pid = await postmasterOf(dataDir);
    if (pid !== 0 && pid !== than) return;
    if (performance.now() > giveUpAt) throw new Error('PostgreSQL was not started again within 60 s');
    await sleep(5);
  }
}

async function postmasterOf(dataDir: string): Promise<number> {
  const text = await readFile(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid > 0 ? pid : 0;
}

/** How many jobs were begun more than once, by kind: what the kills really hit. */
async function countBegunAgain({ url }: TestServer): Promise<Record<string, number>> {
  const again: Record<string, number> = {};
  for (let offset = 0; ; offset += JOBS_A_PAGE) {
    const answer = await fetch(`${url.sigma}/jobs?limit=${JOBS_A_PAGE}&offset=${offset}`);
    const { items, total } = (await answer.json()) as { items: { kind: string; attempts: number }[]; total: number };
    for (const { kind } of items.filter(({ attempts }) => attempts > 1)) again[kind] = (again[kind] ?? 0) + 1;
    if (offset + JOBS_A_PAGE >= total) return again;
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
