/** The built server in a process of its own, on free ports and a data directory of its own: what journeys talk to, and kill. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export type Listener = 'gateway' | 'umiki' | 'sigma' | 'stage1' | 'forecastlab';

export interface TestServer {
  readonly dataDir: string;
  readonly pid: number;
  /** Base URLs by surface. */
  readonly url: Readonly<Record<Listener, string>>;
  /** From spawn to the run file being there, in milliseconds. */
  readonly startedInMs: number;
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
  const child = spawn(process.execPath, [resolve('dist/cli/main.js'), 'serve'], {
    env: {
      ...withoutSettings(process.env),
      ...Object.fromEntries(PORTS.map((name) => [name, '0'])),
      ALMANAC_DATA_DIR: dataDir,
      ALMANAC_LOG: 'warn',
      ...env,
    },
    cwd: dataDir,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  // A test run that is stopped in the middle leaves no server behind.
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const ended = new Promise<number | null>((end) => child.once('exit', (code) => end(code)));
  void ended.then(() => process.off('exit', endWithUs));
  const listeners = await untilRunFile(dataDir, child, () => log);
  return {
    dataDir,
    pid: child.pid!,
    url: listeners,
    startedInMs: performance.now() - beganMs,
    log: () => log,
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** The tests' own environment must not steer the server. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings = /^(ALMANAC_|STAGE1_|DATABASE_URL$|QUESTDB_URL$|VITEST|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !settings.test(name)));
}

async function untilRunFile(dataDir: string, child: ChildProcess, log: () => string): Promise<TestServer['url']> {
  const endMs = performance.now() + START_WITHIN_MS;
  while (performance.now() < endMs) {
    if (child.exitCode !== null) throw new Error(`the server ended with code ${child.exitCode}:\n${log()}`);
    const text = await readFile(join(dataDir, 'run.json'), 'utf8').catch(() => '');
    const run = text === '' ? undefined : (JSON.parse(text) as { pid: number; listeners: TestServer['url'] });
    if (run?.pid === child.pid) return run!.listeners;
    await new Promise((wait) => setTimeout(wait, 10));
  }
  child.kill('SIGKILL');
  throw new Error(`the server was not ready within ${START_WITHIN_MS} ms:\n${log()}`);
}
