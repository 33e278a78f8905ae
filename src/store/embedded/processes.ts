/**
 * Processes by the name that only we gave them: each start of PostgreSQL carries a random instance name in its command
 * line, and every process it forks carries it in its title. A process id alone proves nothing, since ids are used again.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Ids of the living processes whose command line or title holds `instance`. */
export function findProcesses(instance: string): number[] {
  return listProcesses()
    .filter(({ pid, command }) => pid !== process.pid && command.includes(instance))
    .map(({ pid }) => pid);
}

/** What the process calls itself; empty when there is none. */
export const commandOf = (pid: number): string =>
  process.platform === 'linux' ? readCommand(pid) : (listProcesses().find((each) => each.pid === pid)?.command ?? '');

interface Running {
  readonly pid: number;
  readonly command: string;
}

function listProcesses(): Running[] {
  if (process.platform === 'linux')
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => ({ pid: Number(name), command: readCommand(Number(name)) }));
  if (process.platform === 'win32') return [];
  return execFileSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8', maxBuffer: 64 << 20 })
    .split('\n')
    .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().replace(/^\d+\s+/, '') }))
    .filter(({ pid }) => Number.isInteger(pid));
}

function readCommand(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return ''; // It ended between the listing and the look.
  }
}

/**
 * Ends every process of `instance`: first as its own shutdown would (SIGINT to the postmaster, which ends its children),
 * then SIGQUIT, which drops everything at once, then SIGKILL. Returns whether none is left.
 */
export async function endProcesses(instance: string, postmaster: number | undefined): Promise<boolean> {
  const steps: [NodeJS.Signals, number][] = [
    ['SIGINT', 5_000], // A shutdown checkpoint of 64 MB of buffers takes well under a second on any disk we know.
    ['SIGQUIT', 2_000],
    ['SIGKILL', 3_000],
  ];
  for (const [signal, patienceMs] of steps) {
    const alive = findProcesses(instance);
    if (alive.length === 0) return true;
    // SIGINT to a lone backend only cancels its query, so orphans of a dead postmaster start with SIGQUIT.
    if (signal === 'SIGINT' && (postmaster === undefined || !alive.includes(postmaster))) continue;
    for (const pid of signal === 'SIGINT' ? [postmaster!] : alive) send(pid, signal);
    if (await areGone(instance, patienceMs)) return true;
  }
  return findProcesses(instance).length === 0;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function areGone(instance: string, patienceMs: number): Promise<boolean> {
  for (let waited = 0; waited < patienceMs; waited += 20) {
    if (findProcesses(instance).length === 0) return true;
    await sleep(20);
  }
  return false;
}

/** The note beside the cluster names the instance that may be running; it is written before the instance exists. */
export function writeNote(note: string, instance: string): void {
  const temporary = `${note}.tmp`;
  writeFileSync(temporary, JSON.stringify({ instance }));
  renameSync(temporary, note);
}

export function readNote(note: string): string | undefined {
  if (!existsSync(note)) return undefined;
  const { instance } = JSON.parse(readFileSync(note, 'utf8')) as { instance: string };
  return instance;
}
