import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { errors } from '#base/errors.js';
import type { JsonObject } from '#base/json.js';
import { silentLog } from '#base/log.js';
import { openTestDatabaseWithUrl, type TestDatabase } from '../../test/support/postgres.js';
import type { Job } from './job.js';
import { defineJob, type JobContext, type JobType } from './job-type.js';
import { type OpenQueue, openQueue } from './open-queue.js';
import { startReaper } from './reaper.js';
import { type JobWorker, startWorker } from './worker.js';

const ids = { uuid: () => randomUUID(), short: (prefix: string) => prefix + randomUUID().slice(0, 10) };

let base: TestDatabase;
let open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  base = await openTestDatabaseWithUrl({ poolSize: 20 });
});

afterEach(async () => {
  for (const one of open.reverse()) await one.close();
  open = [];
});

const job = (
  name: string,
  run: (context: JobContext<JsonObject>) => Promise<JsonObject>,
  more: Partial<JobType> = {},
) => defineJob({ name, attemptsMax: 3, timeoutMs: 60_000, run, ...more });

async function queueOf(types: readonly JobType[]): Promise<OpenQueue> {
  const queue = await openQueue(
    { db: base.db, connection: { connectionString: base.url }, ids, log: silentLog },
    types,
  );
  open.push(queue);
  return queue;
}

function workerOf(
  queue: OpenQueue,
  types: readonly JobType[],
  more: { name?: string; hands?: number } = {},
): JobWorker {
  const worker = startWorker({
    db: base.db,
    queue,
    types,
    name: more.name ?? 'worker-1',
    hands: more.hands ?? 2,
    lanes: ['general', 'measurements'],
    log: silentLog,
  });
  open.push(worker);
  return worker;
}

const send = (queue: OpenQueue, kind: string, payload: JsonObject = {}, more: object = {}) =>
  base.db.transaction().execute((tx) => queue.send(tx, { kind, payload, surface: 'stage1', ...more }));

describe('a job', () => {
  it('runs once it is sent, tells its progress, and ends with its result and progress at the total', async () => {
    const types = [
      job('add', async ({ payload, progress }) => {
        progress(1, 2);
        return { sum: Number(payload['a']) + Number(payload['b']) };
      }),
    ];
    const queue = await queueOf(types);
    workerOf(queue, types);
    const { id } = await send(queue, 'add', { a: 2, b: 3 }, { total: 2 });
    const done = await queue.waitFor(id, 10_000);
    expect(done).toMatchObject({
      status: 'completed',
      result: { sum: 5 },
      progress: 2,
      total: 2,
      attempts: 1,
      error: null,
    });
    expect(done.startedAtMs).not.toBeNull();
    expect(done.finishedAtMs).not.toBeNull();
  });

  it('starts within a second of being sent', async () => {
    const types = [job('quick', async () => ({}))];
    const queue = await queueOf(types);
    workerOf(queue, types);
    const { id } = await send(queue, 'quick');
    const done = await queue.waitFor(id, 10_000);
    expect(done.startedAtMs! - done.createdAtMs).toBeLessThan(1_000);
  });

  it('is not there when the transaction that sent it rolls back', async () => {
    const types = [job('never', async () => ({}))];
    const queue = await queueOf(types);
    let id = '';
    const rollBack = base.db.transaction().execute(async (tx) => {
      id = (await queue.send(tx, { kind: 'never', payload: {}, surface: 'stage1' })).id;
      throw new Error('changed my mind');
    });
    await expect(rollBack).rejects.toThrow('changed my mind');
    await expect(queue.find(base.db, id)).resolves.toBeUndefined();
    await expect(queue.list(base.db, { kinds: ['never'] }, { limit: 1, offset: 0 })).resolves.toMatchObject({
      total: 0,
    });
  });

  it('is the same job for the same key while it is unfinished', async () => {
    const types = [job('wait', async () => ({}))];
    const queue = await queueOf(types);
    const first = await send(queue, 'wait', {}, { dedupeKey: 'k' });
    const second = await send(queue, 'wait', {}, { dedupeKey: 'k' });
    expect(second.id).toBe(first.id);
  });

  it('fails at once with the code of an expected failure, and keeps what was found out', async () => {
    const types = [
      job('refuse', async () => {
        throw errors.invalidParameter('csv', '3 rows are bad', { rows: 3 });
      }),
    ];
    const queue = await queueOf(types);
    workerOf(queue, types);
    const { id } = await send(queue, 'refuse');
    const done = await queue.waitFor(id, 10_000);
    expect(done).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: { code: 'invalid_parameter' },
      result: { rows: 3 },
    });
  });

  it('is tried again when it breaks, and its failure says nothing of our insides', async () => {
    const types = [
      job(
        'break',
        async () => {
          throw new Error('secret path /etc/shadow');
        },
        { attemptsMax: 2 },
      ),
    ];
    const queue = await queueOf(types);
    workerOf(queue, types);
    const { id } = await send(queue, 'break');
    const done = await queue.waitFor(id, 10_000);
    expect(done).toMatchObject({ status: 'failed', attempts: 2, error: { code: 'internal' } });
    expect(JSON.stringify(done)).not.toContain('shadow');
  });

  it('is tried again when the database went away under it: that says nothing of its work', async () => {
    const types = [
      job('cut', async ({ job: { attempts } }) => {
        if (attempts === 1) throw errors.databaseUnavailable('Connection terminated unexpectedly', undefined);
        return { ok: true };
      }),
    ];
    const queue = await queueOf(types);
    workerOf(queue, types);
    const { id } = await send(queue, 'cut');
    await expect(queue.waitFor(id, 10_000)).resolves.toMatchObject({ status: 'completed', attempts: 2, error: null });
  });

  it('ends as failed when it runs longer than it may', async () => {
    const types = [job('slow', untilAborted, { timeoutMs: 100 })];
    const queue = await queueOf(types);
    workerOf(queue, types);
    const { id } = await send(queue, 'slow');
    await expect(queue.waitFor(id, 10_000)).resolves.toMatchObject({
      status: 'failed',
      error: { code: 'job_timeout' },
    });
  });
});

describe('cancelling', () => {
  it('ends a queued job at once, and it never runs', async () => {
    let runs = 0;
    const types = [
      job('count', async () => {
        runs++;
        return {};
      }),
    ];
    const queue = await queueOf(types);
    const { id } = await send(queue, 'count');
    await expect(queue.cancel(base.db, id)).resolves.toMatchObject({ status: 'cancelled' });
    workerOf(queue, types);
    const after = await send(queue, 'count');
    await queue.waitFor(after.id, 10_000);
    expect(runs).toBe(1);
    await expect(queue.find(base.db, id)).resolves.toMatchObject({ status: 'cancelled', attempts: 0 });
  });

  it('is heard by a running job', async () => {
    const types = [job('slow', untilAborted)];
    const queue = await queueOf(types);
    workerOf(queue, types);
    const { id } = await send(queue, 'slow');
    await untilStatus(queue, id, 'running');
    await queue.cancel(base.db, id);
    await expect(queue.waitFor(id, 10_000)).resolves.toMatchObject({ status: 'cancelled' });
  });

  it('of a finished or unknown job is refused', async () => {
    const types = [job('quick', async () => ({}))];
    const queue = await queueOf(types);
    workerOf(queue, types);
    const { id } = await send(queue, 'quick');
    await queue.waitFor(id, 10_000);
    await expect(queue.cancel(base.db, id)).rejects.toMatchObject({ code: 'job_final' });
    await expect(queue.cancel(base.db, 'nobody')).rejects.toMatchObject({ code: 'job_missing' });
    await expect(queue.retry(base.db, id)).rejects.toMatchObject({ code: 'job_not_retryable' });
  });

  it('can be taken back by a retry', async () => {
    const types = [job('quick', async () => ({}))];
    const queue = await queueOf(types);
    const { id } = await send(queue, 'quick');
    await queue.cancel(base.db, id);
    await queue.retry(base.db, id);
    workerOf(queue, types);
    await expect(queue.waitFor(id, 10_000)).resolves.toMatchObject({ status: 'completed', cancelRequested: false });
  });
});

describe('the news', () => {
  it('is heard again after the connection that carries it was cut', async () => {
    const types = [job('quick', async () => ({}))];
    const queue = await queueOf(types);
    const cut = await sql<{ count: number }>`select count(pg_terminate_backend(pid))::int as count from pg_stat_activity
      where application_name = 'almanac-listen' and datname = current_database()`.execute(base.db);
    expect(cut.rows[0]!.count).toBe(1);
    workerOf(queue, types);
    const { id } = await send(queue, 'quick');
    await expect(queue.waitFor(id, 10_000)).resolves.toMatchObject({ status: 'completed' });
    const listeners = await sql<{ count: number }>`select count(*)::int as count from pg_stat_activity
      where application_name = 'almanac-listen' and datname = current_database()`.execute(base.db);
    expect(listeners.rows[0]!.count).toBe(1);
  });
});

describe('workers', () => {
  it('never run one job twice, however many of them look', async () => {
    const runsOf = new Map<string, number>();
    const types = [
      job('once', async ({ job: { id } }) => {
        runsOf.set(id, (runsOf.get(id) ?? 0) + 1);
        return {};
      }),
    ];
    const queue = await queueOf(types);
    const sent = await Promise.all(Array.from({ length: 60 }, () => send(queue, 'once')));
    for (let n = 0; n < 4; n++) workerOf(queue, types, { name: `worker-${n}`, hands: 3 });
    await Promise.all(sent.map(({ id }) => queue.waitFor(id, 20_000)));
    expect([...runsOf.values()]).toEqual(Array.from({ length: 60 }, () => 1));
  });

  it('take back what a dead worker held, once its lease has ended, and count the attempt', async () => {
    const types = [job('again', async () => ({ ok: true }))];
    const queue = await queueOf(types);
    const { id } = await send(queue, 'again');
    await pretendDeadWorkerTook(id);
    open.push(await startReaper({ db: base.db, types, log: silentLog }, { isSoleOwner: false }));
    workerOf(queue, types);
    await expect(queue.waitFor(id, 10_000)).resolves.toMatchObject({ status: 'completed', attempts: 2 });
  });

  it('let go of what they could not end, however busy they are with other jobs', async () => {
    const types = [job('again', async () => ({ ok: true })), job('slow', untilAborted)];
    const queue = await queueOf(types);
    open.push(await startReaper({ db: base.db, types, log: silentLog }, { isSoleOwner: false }));
    workerOf(queue, types, { name: 'busy', hands: 2 });
    const slow = await send(queue, 'slow');
    await untilStatus(queue, slow.id, 'running');
    const left = await send(queue, 'slow');
    await untilStatus(queue, left.id, 'running');
    await queue.cancel(base.db, left.id);
    await queue.waitFor(left.id, 10_000);
    // As a lost commit leaves it: begun in the name of this worker, which knows nothing of it.
    await sql`update job set status = 'running', kind = 'again', cancel_requested = false, finished_at = null, attempts = 1,
      lease_owner = 'busy', lease_until = now() + interval '3 seconds' where job_id = ${left.id}`.execute(base.db);
    await expect(queue.waitFor(left.id, 12_000)).resolves.toMatchObject({ status: 'completed', attempts: 2 });
  });

  it('end a job as interrupted when its attempts are spent', async () => {
    let cleaned = '';
    const types = [
      job('again', async () => ({}), {
        attemptsMax: 1,
        afterEnd: async ({ id }) => {
          cleaned = id;
        },
      }),
    ];
    const queue = await queueOf(types);
    const { id } = await send(queue, 'again');
    await pretendDeadWorkerTook(id);
    open.push(await startReaper({ db: base.db, types, log: silentLog }, { isSoleOwner: false }));
    await expect(queue.find(base.db, id)).resolves.toMatchObject({ status: 'failed', error: { code: 'interrupted' } });
    expect(cleaned).toBe(id);
  });

  it('give a running job back to the queue when they stop', async () => {
    const types = [job('slow', untilAborted)];
    const queue = await queueOf(types);
    const worker = workerOf(queue, types);
    const { id } = await send(queue, 'slow');
    await untilStatus(queue, id, 'running');
    await worker.close();
    await expect(queue.find(base.db, id)).resolves.toMatchObject({ status: 'queued' });
  });

  it('tell every state in order, and progress that only grows', async () => {
    const types = [
      job('steps', async ({ progress }) => {
        for (let done = 1; done <= 5; done++) {
          progress(done, 5);
          progress(done - 1, 5);
          await new Promise((resolve) => setTimeout(resolve, 220));
        }
        return {};
      }),
    ];
    const queue = await queueOf(types);
    const heard: Job[] = [];
    queue.subscribe((change) => heard.push(change));
    workerOf(queue, types);
    const { id } = await send(queue, 'steps');
    await queue.waitFor(id, 10_000);
    const mine = heard.filter((change) => change.id === id);
    const progress = mine.map((change) => change.progress);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(mine.at(-1)).toMatchObject({ status: 'completed', progress: 5 });
    expect(new Set(mine.map((change) => change.status))).toContain('running');
  });
});

async function untilAborted({ signal }: JobContext<JsonObject>): Promise<JsonObject> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  throw errors.cancelled();
}

async function untilStatus(queue: OpenQueue, id: string, status: Job['status']) {
  const endMs = Date.now() + 5_000;
  while ((await queue.find(base.db, id))?.status !== status) {
    if (Date.now() > endMs) throw new Error(`job ${id} did not become ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function pretendDeadWorkerTook(id: string) {
  await sql`update job set status = 'running', attempts = 1, lease_owner = 'dead', lease_until = now() - interval '1 second',
    started_at = now() where job_id = ${id}`.execute(base.db);
}
