/** A server of its own process, as a user starts it, watched from outside: how long until it answers, how much memory it takes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { plainEnvironment } from '../test/support/plain-environment.js';

const COMMAND = 'dist/cli/main.js';
const Started = z.object({ listeners: z.record(z.string(), z.string()) });

export interface ServerProcess {
  readonly listeners: Readonly<Record<string, string>>;
  /** From the spawn until /readyz answered. */
  readonly readyMs: number;
  /** Resident memory now, in MiB; null where the system does not tell. */
  rssMib(): number | null;
  /** The highest resident memory seen since the start, in MiB. */
  rssMibMax(): number | null;
  /** Processor time of all its threads since the start; null where the system does not tell. */
  cpuMs(): number | null;
  stop(): Promise<void>;
}

/** A directory that the embedded PostgreSQL can walk to even when it runs as another user. */
export function makeDataDir(): { dir: string; remove: () => void } {
  const home = mkdtempSync(join(tmpdir(), 'almanac-bench-'));
  chmodSync(home, 0o755);
  return { dir: join(home, 'data'), remove: () => rmSync(home, { recursive: true, force: true }) };
}

export async function startServerProcess(dataDir: string): Promise<ServerProcess> {
  if (!existsSync(COMMAND)) throw new Error(`${COMMAND} is not there: run \`npm run build\` first`);
  const ports = ['', 'UMIKI_', 'SIGMA_', 'STAGE1_', 'FORECASTLAB_'].map((one) => [`ALMANAC_${one}PORT`, '0']);
  const env = { ...plainEnvironment(), ...Object.fromEntries(ports), ALMANAC_LOG: 'error' };
  const startedMs = performance.now();
  const child = spawn(process.execPath, [COMMAND, 'serve', '--json', '--data-dir', dataDir], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { listeners } = await readStart(child);
  await untilReady(listeners['stage1']!);
  const readyMs = performance.now() - startedMs;
  return watch(child, listeners, readyMs);
}

async function readStart(child: ChildProcess): Promise<z.infer<typeof Started>> {
  const lines = createInterface({ input: child.stdout! });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The server stopped with ${code} before it was ready`);
    }),
  ])) as [string];
  return Started.parse(JSON.parse(line));
}

async function untilReady(stage1: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${stage1}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const SAMPLE_MS = 25;

function watch(child: ChildProcess, listeners: Record<string, string>, readyMs: number): ServerProcess {
  const pid = child.pid!;
  let max = readRssMib(pid);
  const timer = setInterval(() => {
    const now = readRssMib(pid);
    if (now !== null) max = Math.max(max ?? 0, now);
  }, SAMPLE_MS);
  return {
    listeners,
    readyMs,
    rssMib: () => readRssMib(pid),
    rssMibMax: () => max,
    cpuMs: () => readCpuMs(pid),
    async stop() {
      clearInterval(timer);
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** Linux tells in /proc; elsewhere nobody does without a tool. */
function readRssMib(pid: number): number | null {
  const status = `/proc/${pid}/status`;
  if (!existsSync(status)) return null;
  const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(status, 'utf8'))?.[1];
  return kib === undefined ? null : Math.round(Number(kib) / 1024);
}

/** The kernel counts in hundredths of a second for everybody, whatever it counts in itself. */
const TICK_MS = 10;

/** Processor time of all threads of a process since its start; null where the system does not tell. */
export function readCpuMs(pid: number): number | null {
  const stat = `/proc/${pid}/stat`;
  if (!existsSync(stat)) return null;
  // The name in parentheses may hold anything; user and system time are the 12th and 13th field after it.
  const fields = readFileSync(stat, 'latin1').split(') ').at(-1)!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
