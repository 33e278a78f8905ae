/** The built command line in a process of its own, run to its end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { plainEnvironment } from './plain-environment.js';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
  /** The lines of `--json`. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are judged by what the tests expect of them.
  readonly json: any[];
}

/** The tests' own settings must not steer it: only `env` does. */
export async function runAlmanac(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [resolve('dist/cli/main.js'), ...args], {
    env: { ...plainEnvironment(), ALMANAC_LOG: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  const lines = out.split('\n').filter((line) => line.startsWith('{'));
  return { code: code as number | null, out, error, json: lines.map((line) => JSON.parse(line) as unknown) };
}
