/** The built server in a process of its own, on free ports and a data directory of its own: what journeys talk to, and kill. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { plainEnvironment } from './plain-environment.js';

export type Listener = 'gateway' | 'umiki' | 'sigma' | 'stage1' | 'forecastlab';

export interface TestServer {
  readonly dataDir: string;
  readonly pid: number;
  /** Base URLs by surface. */
  readonly url: Readonly<Record<Listener, string>>;
  /** From spawn to the run file being there, in milliseconds. */
  readonly startedInMs: number;
  /** How much of that its main thread stood ready to run while the machine ran others; 0 where the system does not tell. */
  readonly starvedMs: number;
  /** What it wrote to standard error so far. */
  readonly log: () => string;
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Stops it cleanly and gives its exit code. */
  stop(): Promise<number | null>;
}

const PORTS = [
  'ALMANAC_PORT',
  'ALMANAC_UMIKI_PORT',
  'ALMANAC_SIGMA_PORT',
  'ALMANAC_STAGE1_PORT',
  'ALMANAC_FORECASTLAB_PORT',
];
const START_WITHIN_MS = 40_000;

export const makeDataDir = () => mkdtemp(join(tmpdir(), 'almanac-test-'));
export const removeDataDir = (dir: string) => rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });

export async function startTestServer(dataDir: string, env: Record<string, string> = {}): Promise<TestServer> {
  const beganMs = performance.now();
  const child = runAlmanac(['serve'], dataDir, { ...Object.fromEntries(PORTS.map((name) => [name, '0'])), ...env });
  const listeners = await untilRunFile(dataDir, child);
  const startedInMs = performance.now() - beganMs;
  return {
    dataDir,
    pid: child.pid,
    url: listeners,
    startedInMs,
    starvedMs: await starvedMsOf(child.pid),
    log: child.log,
    kill: (signal = 'SIGKILL') => child.kill(signal).then(() => {}),
    stop: () => child.kill('SIGTERM'),
  };
}

/** Linux counts, for each thread, the nanoseconds it ran and those it waited for a processor. */
async function starvedMsOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => '');
  const waitedNs = Number(text.split(' ')[1] ?? 0);
  return waitedNs / 1e6;
}

export interface TestWorker {
  readonly pid: number;
  readonly log: () => string;
  kill(): Promise<void>;
  stop(): Promise<number | null>;
}

/** `almanac worker` on the data directory and database of a server, on another host when told; resolves when it waits for jobs. */
export async function startTestWorker(
  dataDir: string,
  env: Record<string, string>,
  host?: { readonly namespace: string },
): Promise<TestWorker> {
  const child = runAlmanac(['worker', '--json'], dataDir, env, host);
  await until(child, 'the worker', async () => (child.said().includes('"working":true') ? true : undefined));
  return {
    pid: child.pid,
    log: child.log,
    kill: () => child.kill('SIGKILL').then(() => {}),
    stop: () => child.kill('SIGTERM'),
  };
}

interface Running {
  readonly pid: number;
  readonly exitCode: () => number | null;
  readonly said: () => string;
  readonly log: () => string;
  /** Resolves with its exit code when it has ended. */
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

function runAlmanac(
  args: readonly string[],
  dataDir: string,
  env: Record<string, string>,
  host?: { readonly namespace: string },
): Running {
  const command = [process.execPath, resolve('dist/cli/main.js'), ...args];
  // It becomes the command, so that a signal reaches Node itself.
  if (host !== undefined) command.unshift('ip', 'netns', 'exec', host.namespace);
  const child = spawn(command[0]!, command.slice(1), {
    env: { ...plainEnvironment(), ALMANAC_DATA_DIR: dataDir, ALMANAC_LOG: 'warn', ...env },
    cwd: dataDir,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [said, log] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  // A test run that is stopped in the middle leaves no process behind.
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const ended = new Promise<number | null>((end) => child.once('exit', (code) => end(code)));
  void ended.then(() => process.off('exit', endWithUs));
  return {
    pid: child.pid!,
    exitCode: () => child.exitCode,
    said: () => said,
    log: () => log,
    kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

const untilRunFile = (dataDir: string, child: Running): Promise<TestServer['url']> =>
  until(child, 'the server', async () => {
    const text = await readFile(join(dataDir, 'run.json'), 'utf8').catch(() => '');
    const run = text === '' ? undefined : (JSON.parse(text) as { pid: number; listeners: TestServer['url'] });
    return run?.pid === child.pid ? run.listeners : undefined;
  });

async function until<T>(child: Running, what: string, look: () => Promise<T | undefined>): Promise<T> {
  const endMs = performance.now() + START_WITHIN_MS;
  while (performance.now() < endMs) {
    if (child.exitCode() !== null) throw new Error(`${what} ended with code ${child.exitCode()}:\n${child.log()}`);
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((wait) => setTimeout(wait, 10));
  }
  void child.kill('SIGKILL');
  throw new Error(`${what} was not ready within ${START_WITHIN_MS} ms:\n${child.log()}`);
}
