/** Processes that work on one database, each a worker of its own: started, killed, stopped, and what they made of the jobs counted. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '#store/database.js';

export interface Member {
  readonly pid: number;
  kill(): Promise<void>;
  /** Resolves with its exit code and the CPU it took, in ms. */
  stop(): Promise<{ code: number | null; cpuMs: number }>;
}

const START_WITHIN_MS = 60_000;

export async function startMember(url: string, role: 'server' | 'worker', hands = 2): Promise<Member> {
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', resolve('test/support/crew-member.ts')],
    {
      env: { PATH: process.env['PATH'], DATABASE_URL: url, CREW_ROLE: role, CREW_HANDS: String(hands) },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  // A test run that is stopped in the middle leaves no process behind.
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  const giveUpAt = performance.now() + START_WITHIN_MS;
  while (!said.includes('ready')) {
    if (child.exitCode !== null || performance.now() > giveUpAt) throw new Error(`a ${role} did not start: ${said}`);
    await new Promise((wait) => setTimeout(wait, 10));
  }
  return {
    pid: child.pid!,
    kill: async () => {
      await end(child, 'SIGKILL');
    },
    stop: async () => ({ code: await end(child, 'SIGTERM'), cpuMs: Number(/cpu (\S+)/.exec(said)?.[1] ?? 0) }),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
  return child.exitCode;
}

/** Notes every job that becomes completed, each time that it does. */
export async function countCompletions(db: Kysely<Tables>): Promise<void> {
  await sql`
    create table mark (job_id text primary key, by_role text not null);
    create table completion (job_id text not null);
    create function note_completion() returns trigger language plpgsql as $$
      begin insert into completion values (new.job_id); return null; end $$;
    create trigger completion after update of status on job for each row
      when (new.status = 'completed' and old.status <> 'completed') execute function note_completion()`.execute(db);
}

export interface Tally {
  readonly sent: number;
  readonly completed: number;
  /** Jobs that became completed more than once. */
  readonly doubled: number;
  readonly unmarked: number;
  /** Jobs that were begun more than once: what the kills really hit. */
  readonly begunAgain: number;
}

export async function tally(db: Kysely<Tables>): Promise<Tally> {
  const { rows } = await sql<Tally>`
    select count(*)::int as sent, count(*) filter (where status = 'completed')::int as completed,
      (select count(*)::int from (select from completion group by job_id having count(*) > 1) as twice) as doubled,
      count(*) filter (where not exists (select from mark where mark.job_id = job.job_id))::int as unmarked,
      count(*) filter (where attempts > 1)::int as "begunAgain"
    from job where kind = 'mark'`.execute(db);
  return rows[0]!;
}

export async function untilNoneIsLeft(db: Kysely<Tables>, withinMs: number): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const { rows } = await sql<{ left: number }>`
      select count(*)::int as left from job where status in ('queued', 'running')`.execute(db);
    if (rows[0]!.left === 0) return;
    if (performance.now() > giveUpAt) throw new Error(`${rows[0]!.left} jobs are left after ${withinMs} ms`);
    await new Promise((wait) => setTimeout(wait, 20));
  }
}
