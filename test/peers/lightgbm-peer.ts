/** LightGBM itself, from Python, as the peer that our models are held to; where it cannot be had, the reason why. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PINNED = ['lightgbm==4.7.0', 'numpy'];
const SCRIPT = fileURLToPath(new URL('./lightgbm_peer.py', import.meta.url));

export type Peer =
  | { readonly python: string; readonly version: string; readonly missing?: undefined }
  | { readonly python?: undefined; readonly version?: undefined; readonly missing: string };

/** A Python that imports LightGBM 4 already: the system's own, or the one that `installPeer` made. Takes a second or two. */
export function findPeer(): Peer {
  const own = versionIn('python3');
  if (own !== undefined) return { python: 'python3', version: own };
  const cached = cachedPython();
  const version = existsSync(cached) && isOurs(cacheDir()) ? versionIn(cached) : undefined;
  if (version !== undefined) return { python: cached, version };
  return { missing: hasPython() ? 'python3 has no lightgbm 4; `npm run test:long` installs one' : 'no python3' };
}

/** The same, and where there is none, LightGBM from pip in a virtual environment outside the repository, kept for the next time. */
export function installPeer(): Peer {
  const found = findPeer();
  if (found.python !== undefined || !hasPython()) return found;
  const dir = cacheDir();
  mkdirSync(dirname(dir), { recursive: true, mode: 0o700 });
  if (!isOurs(dirname(dir))) return { missing: `${dirname(dir)} belongs to somebody else` };
  // Under a name of its own until it is whole: another run may do the same, and this one may be stopped.
  const partial = mkdtempSync(`${dir}-`);
  try {
    const made = spawnSync('python3', ['-m', 'venv', partial], { encoding: 'utf8', timeout: 120_000 });
    if (made.status !== 0) return { missing: `python3 -m venv failed: ${lastLine(made.stderr || made.stdout)}` };
    const python = join(partial, 'bin', 'python');
    const options = ['--quiet', '--disable-pip-version-check', '--only-binary=:all:', '--retries', '1'];
    const pip = spawnSync(python, ['-m', 'pip', 'install', ...options, ...PINNED], {
      encoding: 'utf8',
      timeout: 600_000,
    });
    if (pip.status !== 0) return { missing: `pip cannot install ${PINNED.join(' ')}: ${lastLine(pip.stderr)}` };
    if (!existsSync(dir)) renameSync(partial, dir);
    const version = versionIn(cachedPython());
    return version === undefined
      ? { missing: 'the installed lightgbm does not import' }
      : { python: cachedPython(), version };
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

const cacheDir = () => join(tmpdir(), `almanac-peers-${process.getuid?.() ?? 'user'}`, 'lightgbm-4.7.0');
const cachedPython = () => join(cacheDir(), 'bin', 'python');
const hasPython = () => spawnSync('python3', ['--version']).status === 0;
/** The temporary directory is everybody's: nothing is run from a directory that another user made. */
const isOurs = (dir: string) => process.getuid === undefined || lstatSync(dir).uid === process.getuid();
const lastLine = (text: string) => text.trim().split('\n').at(-1) ?? '';

function versionIn(python: string): string | undefined {
  const script = 'import lightgbm, numpy; print(lightgbm.__version__)';
  const { status, stdout } = spawnSync(python, ['-c', script], { encoding: 'utf8', timeout: 60_000 });
  return status === 0 && stdout.startsWith('4.') ? stdout.trim() : undefined;
}

export interface PeerTable {
  readonly file: string;
  readonly type: '<f8' | '<f4';
  readonly columns: number;
}

export type PeerParams = Readonly<Record<string, string | number | boolean | readonly number[]>>;

export type PeerStep =
  | {
      readonly do: 'train';
      readonly rows: PeerTable;
      readonly labels: string;
      readonly model: string;
      readonly params: PeerParams;
      readonly rounds: number;
      readonly categorical?: readonly number[];
      readonly group?: readonly number[];
    }
  | { readonly do: 'predict'; readonly rows: PeerTable; readonly model: string; readonly kinds: readonly PeerKind[] };

export type PeerKind = 'raw' | 'prediction' | 'leaf' | 'contrib';

/** What a training tells: time of binning, and of every round from the second on. */
export interface PeerTraining {
  readonly binMs: number;
  readonly cpuMs: readonly number[];
  readonly wallMs: readonly number[];
}

/** What a prediction tells: processor time of each kind, on one thread. */
export interface PeerPrediction {
  readonly cpuMs: { readonly [Kind in PeerKind]?: number };
}

/** A directory shared with LightGBM, removed by `close`. */
export interface PeerDesk {
  table(name: string, columns: readonly (Float64Array | Float32Array)[]): PeerTable;
  write(name: string, content: string | ArrayBufferView): string;
  text(name: string): string;
  doubles(name: string): Float64Array;
  integers(name: string): Int32Array;
  /** Does the steps in order; throws with LightGBM's own words when one fails. */
  run(steps: readonly PeerStep[]): unknown[];
  close(): void;
}

export function openDesk(python: string): PeerDesk {
  const dir = mkdtempSync(join(tmpdir(), 'almanac-peer-'));
  const at = (name: string) => join(dir, name);
  const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => Buffer.from(buffer, byteOffset, byteLength);
  const bufferOf = (name: string) => Uint8Array.from(readFileSync(at(name))).buffer;
  return {
    table(name, columns) {
      writeFileSync(at(name), Buffer.concat(columns.map(bytesOf)));
      return { file: name, type: columns[0] instanceof Float32Array ? '<f4' : '<f8', columns: columns.length };
    },
    write(name, content) {
      writeFileSync(at(name), typeof content === 'string' ? content : bytesOf(content));
      return name;
    },
    text: (name) => readFileSync(at(name), 'utf8'),
    doubles: (name) => new Float64Array(bufferOf(name)),
    integers: (name) => new Int32Array(bufferOf(name)),
    run(steps) {
      writeFileSync(at('job.json'), JSON.stringify(steps));
      const { status, stderr, error } = spawnSync(python, [SCRIPT, dir], { encoding: 'utf8', timeout: 1_200_000 });
      if (status !== 0) throw new Error(`LightGBM failed: ${error?.message ?? ''}${stderr.slice(-2000)}`);
      return JSON.parse(readFileSync(at('answers.json'), 'utf8')) as unknown[];
    },
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}
