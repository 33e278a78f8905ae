/** Kills the members of a crew at moments drawn from a seed while they work through a line of jobs, and counts what became of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '#store/database.js';
import { countCompletions, type Member, startMember, type Tally, tally, untilNoneIsLeft } from './crew.js';
import { sendJobs } from './send-jobs.js';

export interface KillPlan {
  readonly db: Kysely<Tables>;
  readonly url: string;
  readonly jobs: number;
  readonly workers: number;
  readonly kills: { readonly worker: number; readonly server: number };
  readonly seed: number;
}

export interface KillReport {
  readonly seed: number;
  readonly tally: Tally;
  /** The longest that a job of a dead worker stayed in nobody's hands. */
  readonly backWithinMs: number;
  readonly tookMs: number;
}

const PAUSE_MS = { least: 100, spread: 600 };
const OVER_WITHIN_MS = 900_000;

export async function killWorkers({ db, url, jobs, workers, kills, seed }: KillPlan): Promise<KillReport> {
  await countCompletions(db);
  await noteReturns(db);
  const draw = drawFrom(seed);
  const began = performance.now();
  const start = (role: 'server' | 'worker') => startMember(url, role, 4);
  let server = await start('server');
  const crew: Member[] = await Promise.all(Array.from({ length: workers }, () => start('worker')));
  try {
    const victims = [...Array(kills.worker).fill('worker'), ...Array(kills.server).fill('server')].sort(
      () => draw() - 0.5,
    );
    const each = Math.ceil(jobs / victims.length);
    let sent = 0;
    for (const victim of victims) {
      // A share of the jobs before each kill, some of them long enough to be hit.
      const count = Math.min(each, jobs - sent);
      if (count > 0) await sendJobs(db, { kind: 'mark', count, payload: { ms: Math.floor(draw() * 60) } });
      sent += count;
      await sleep(PAUSE_MS.least + draw() * PAUSE_MS.spread);
      if (victim === 'server') {
        await server.kill();
        server = await start('server');
      } else {
        const at = Math.floor(draw() * crew.length);
        await crew[at]!.kill();
        crew[at] = await start('worker');
      }
    }
    await untilNoneIsLeft(db, OVER_WITHIN_MS);
    return {
      seed,
      tally: await tally(db),
      backWithinMs: await longestReturn(db),
      tookMs: Math.round(performance.now() - began),
    };
  } finally {
    await Promise.all([server, ...crew].map((member) => member.stop()));
  }
}

/** A lease is renewed until its worker dies: from its end minus its length until the next begin is what the death cost. */
async function noteReturns(db: Kysely<Tables>): Promise<void> {
  await sql`
    create table begin_again (job_id text, dead_at timestamptz, begun_at timestamptz);
    create function note_return() returns trigger language plpgsql as $$
      begin
        if old.status = 'running' and new.status = 'queued' and old.lease_until < now() then
          insert into begin_again (job_id, dead_at) values (old.job_id, old.lease_until - interval '10 seconds');
        elsif old.status = 'queued' and new.status = 'running' then
          update begin_again set begun_at = now() where job_id = old.job_id and begun_at is null;
        end if;
        return null;
      end $$;
    create trigger begin_again after update of status on job for each row execute function note_return()`.execute(db);
}

async function longestReturn(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ ms: number | null }>`
    select (1000 * max(extract(epoch from begun_at - dead_at)))::float8 as ms from begin_again`.execute(db);
  return Math.round(rows[0]!.ms ?? 0);
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
