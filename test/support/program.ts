/** The built program as a user types it: in a process of its own, on free ports, in a home of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { plainEnvironment } from './plain-environment.js';

const PROGRAM = 'dist/cli/main.js';
const ANY_PORTS = Object.fromEntries(
  ['', 'UMIKI_', 'SIGMA_', 'STAGE1_', 'FORECASTLAB_'].map((one) => [`ALMANAC_${one}PORT`, '0']),
);

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

export interface Program {
  readonly home: string;
  readonly dataDir: string;
  start(args: readonly string[], env?: Record<string, string>): ChildProcess;
  /** To its end. */
  run(args: readonly string[], given?: { env?: Record<string, string>; input?: string }): Promise<Ran>;
  /** Ends what still runs, and takes the home away. */
  end(): void;
}

export function makeProgram(): Program {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not there: run \`npm run build\` first`);
  const home = mkdtempSync(join(tmpdir(), 'almanac-command-line-'));
  // As root the embedded PostgreSQL runs as another user, who must be able to walk to its data.
  chmodSync(home, 0o755);
  const started: ChildProcess[] = [];

  // Only `env` steers it.
  function start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      env: { ...plainEnvironment(), ...ANY_PORTS, ALMANAC_LOG: 'error', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    started.push(child);
    return child;
  }

  return {
    home,
    dataDir: join(home, 'data'),
    start,
    async run(args, { env = {}, input = '' } = {}) {
      const child = start(args, env);
      child.stdin!.end(input);
      const [out, error, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'exit')]);
      return { code: code as number | null, out, error };
    },
    end() {
      for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
      rmSync(home, { recursive: true, force: true });
    },
  };
}
