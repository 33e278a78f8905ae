/** Jobs through worker processes on one PostgreSQL: empty ones, ones that take a core, a sweep in parts, claims under contention, and how soon one begins. */
import { createHash, randomUUID } from 'node:crypto';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { silentLog } from '#base/log.js';
import { defineJob } from '#jobs/job-type.js';
import { type OpenQueue, openQueue } from '#jobs/open-queue.js';
import { urlOf } from '#store/connection.js';
import { openDatabase, type Tables } from '#store/database.js';
import { startEmbeddedPostgres } from '#store/embedded/supervisor.js';
import { claimJobs } from '#store/job-claim.store.js';
import { migrate } from '#store/migrate.js';
import { type Member, startMember, untilNoneIsLeft } from '../test/support/crew.js';
import type { Bench, BenchResult } from './bench.js';
import { makeDataDir } from './server-process.js';
import { sweepThroughCrews } from './sweep-crew.js';

const SIZES = {
  small: {
    empty: 400,
    spin: 8,
    steps: 2_000_000,
    stamps: 10,
    claims: 200,
    crews: [1],
    sweep: { thresholds: 2, topPct: 2 },
  },
  large: {
    empty: 10_000,
    spin: 24,
    steps: 60_000_000,
    stamps: 200,
    claims: 1_000,
    crews: [1, 2, 4],
    sweep: { thresholds: 25, topPct: 20 },
  },
} as const;
const CLAIMERS = 8;
const OVER_WITHIN_MS = 300_000;

export const workersBench: Bench = {
  name: 'workers',
  promise:
    '>= 4000 empty jobs/s through 4 workers; begins < 50 ms p99 when idle; 2 workers >= 1.7 times 1 on two cores',
  async run(size) {
    const { dir, remove } = makeDataDir();
    const postgres = await startEmbeddedPostgres({ dir: `${dir}/postgres`, passwordFile: `${dir}/password` });
    const url = urlOf(postgres.connection);
    const db = openDatabase({ at: url, poolSize: CLAIMERS });
    try {
      await migrate(db);
      const queue = await openSender(db, url);
      try {
        return await measure({ db, queue, url, plan: SIZES[size] });
      } finally {
        await queue.close();
      }
    } finally {
      await db.destroy();
      await postgres.stop();
      remove();
    }
  },
};

interface Site {
  readonly db: Kysely<Tables>;
  readonly queue: OpenQueue;
  readonly url: string;
  readonly plan: (typeof SIZES)[keyof typeof SIZES];
}

async function measure(site: Site): Promise<BenchResult> {
  const figures: Record<string, number> = { load_before: round(loadavg()[0]!) };
  let sum = 0;
  for (const crew of site.plan.crews) {
    const workers = await Promise.all(Array.from({ length: crew }, () => startMember(site.url, 'worker', 1)));
    const empty = await drain(site, 'empty', site.plan.empty, {});
    figures[`empty_per_s_${crew}`] = Math.round((1000 * site.plan.empty) / empty);
    const spun = await drain(site, 'spin', site.plan.spin, { steps: site.plan.steps });
    figures[`core_jobs_per_s_${crew}`] = round((1000 * site.plan.spin) / spun);
    if (crew === 1) Object.assign(figures, await beginTimes(site));
    const { rows } = await sql<{
      done: number;
    }>`select count(*)::int as done from job where status = 'completed'`.execute(site.db);
    sum += rows[0]!.done;
    figures[`worker_cpu_ms_${crew}`] = Math.round(await stopAll(workers));
    await sql`truncate job cascade`.execute(site.db);
  }
  const [one, two] = [figures['core_jobs_per_s_1'], figures['core_jobs_per_s_2']];
  if (one !== undefined && two !== undefined) figures['two_over_one'] = round(two / one);
  figures['claims_per_s_8'] = await contend(site);
  const swept = await sweepThroughCrews(site.url, { ...site.plan.sweep, crews: site.plan.crews });
  Object.assign(figures, swept.figures);
  figures['load_after'] = round(loadavg()[0]!);
  return { ...figures, hash: createHash('sha256').update(`${sum} ${swept.hash}`).digest('hex').slice(0, 16) };
}

async function stopAll(workers: readonly Member[]): Promise<number> {
  const ends = await Promise.all(workers.map((worker) => worker.stop()));
  return ends.reduce((cpu, { cpuMs }) => cpu + cpuMs, 0);
}

/** Milliseconds from the commit that sent them all until the last is done. */
async function drain(site: Site, kind: string, count: number, payload: object): Promise<number> {
  await sendMany(site.db, kind, count, payload);
  const began = performance.now();
  site.queue.wake();
  await sql`select pg_notify('almanac_job', 'queued ')`.execute(site.db);
  await untilNoneIsLeft(site.db, OVER_WITHIN_MS);
  return performance.now() - began;
}

/** As one transaction of a service would leave them. */
async function sendMany(db: Kysely<Tables>, kind: string, count: number, payload: object): Promise<void> {
  await sql`insert into job (job_id, kind, status, payload, attempts_max, surface)
    select gen_random_uuid()::text, ${kind}, 'queued', ${JSON.stringify(payload)}::jsonb, 3, 'bench'
    from generate_series(1, ${count})`.execute(db);
  await sql`analyze job`.execute(db);
}

/** From before the sending transaction began until the handler ran, with nothing else to do. */
async function beginTimes({ db, queue, plan }: Site) {
  const times: number[] = [];
  for (let n = 0; n < plan.stamps; n++) {
    const sentAtMs = Date.now();
    const { id } = await db
      .transaction()
      .execute((tx) => queue.send(tx, { kind: 'stamp', payload: {}, surface: 'bench' }));
    const { result } = await queue.waitFor(id, 10_000);
    times.push(Number((result as { begunAtMs: number }).begunAtMs) - sentAtMs);
    await sleep(10);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(share * (times.length - 1))]!;
  return { begins_ms_p50: at(0.5), begins_ms_p99: at(0.99) };
}

/** Eight claim one job after the other from one line. */
async function contend({ db, plan }: Site): Promise<number> {
  await sendMany(db, 'empty', plan.claims, {});
  const began = performance.now();
  let taken = 0;
  const claim = async (leaseOwner: string) => {
    while (taken < plan.claims) {
      const rows = await claimJobs(db, {
        lanes: ['general'],
        count: 1,
        leaseOwner,
        leaseMs: 60_000,
        codeVersion: null,
      });
      taken += rows.length;
    }
  };
  await Promise.all(Array.from({ length: CLAIMERS }, (_, n) => claim(`claimer-${n}`)));
  return Math.round((1000 * plan.claims) / (performance.now() - began));
}

function openSender(db: Kysely<Tables>, url: string): Promise<OpenQueue> {
  const ids = { uuid: () => randomUUID(), short: (prefix: string) => prefix + randomUUID().slice(0, 10) };
  const stamp = defineJob({ name: 'stamp', attemptsMax: 3, timeoutMs: 60_000, run: async () => ({}) });
  return openQueue({ db, connection: { connectionString: url }, ids, log: silentLog }, [stamp]);
}

const round = (figure: number) => Math.round(figure * 100) / 100;
