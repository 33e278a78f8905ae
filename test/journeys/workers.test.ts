/** Many workers on one PostgreSQL: killed ones lose and double nothing, the order is fair, and a stop gives back what it holds. */

import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { claimJobs } from '#store/job-claim.store.js';
import { countCompletions, startMember, untilNoneIsLeft } from '../support/crew.js';
import { killWorkers } from '../support/kill-workers.js';
import { openTestDatabaseWithUrl } from '../support/postgres.js';
import { sendJobs } from '../support/send-jobs.js';

const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);

it(`three kills of workers and one of the server over 1,000 jobs: none lost, none doubled (KILL_SEED=${SEED})`, async () => {
  const { db, url, close } = await openTestDatabaseWithUrl();
  const report = await killWorkers({ db, url, jobs: 1_000, workers: 2, kills: { worker: 3, server: 1 }, seed: SEED });
  console.log(JSON.stringify(report));
  expect(report.tally).toMatchObject({ sent: 1_000, completed: 1_000, doubled: 0, unmarked: 0 });
  expect(report.tally.begunAgain).toBeGreaterThan(0);
  expect(report.backWithinMs).toBeLessThan(15_000);
  await close();
}, 180_000);

it('claims go by priority, then to the owner with least in work, then by age', async () => {
  const { db, close } = await openTestDatabaseWithUrl();
  await sendJobs(db, { kind: 'empty', count: 6, ownerId: 'ann' });
  await sendJobs(db, { kind: 'empty', count: 2, ownerId: 'bob' });
  await sendJobs(db, { kind: 'empty', count: 1, ownerId: null });
  await sendJobs(db, { kind: 'empty', count: 1, ownerId: 'ann', priority: 5 });
  await sendJobs(db, { kind: 'measure', count: 1, ownerId: 'bob', priority: 9, lane: 'measurements' });
  const owners: (string | null)[] = [];
  for (let n = 0; n < 10; n++) {
    const rows = await claimJobs(db, {
      lanes: ['general'],
      count: 1,
      leaseOwner: 'w',
      leaseMs: 60_000,
      codeVersion: null,
    });
    owners.push(...rows.map(({ ownerId }) => ownerId));
  }
  // Ann's urgent one; then whoever has none; then one each; and Ann's long line last.
  expect(owners).toEqual(['ann', 'bob', null, 'ann', 'bob', 'ann', 'ann', 'ann', 'ann', 'ann']);
  const measured = await claimJobs(db, {
    lanes: ['general'],
    count: 5,
    leaseOwner: 'w',
    leaseMs: 60_000,
    codeVersion: null,
  });
  expect(measured).toEqual([]);
  await close();
});

it('a worker of other code claims nothing from the moment a server of another version has started', async () => {
  const { db, close } = await openTestDatabaseWithUrl();
  await sendJobs(db, { kind: 'empty', count: 1 });
  const claim = (codeVersion: string) =>
    claimJobs(db, { lanes: ['general'], count: 1, leaseOwner: 'w', leaseMs: 60_000, codeVersion });
  await sql`insert into deployment (code_version, tree_id, measurements) values ('2.0.0', 't', 'embedded')`.execute(db);
  expect(await claim('1.9.0')).toEqual([]);
  expect(await claim('2.0.0')).toHaveLength(1);
  await close();
});

it('jobs that write measurements run where they can, and a stopped worker gives back what it holds at once', async () => {
  const { db, url, close } = await openTestDatabaseWithUrl();
  await countCompletions(db);
  const worker = await startMember(url, 'worker', 2);
  const [measure] = await sendJobs(db, { kind: 'measure', count: 1, lane: 'measurements' });
  const [slow] = await sendJobs(db, { kind: 'slow', count: 1, payload: { ms: 20_000 } });
  const look = async (id: string) =>
    (await sql<{ status: string; attempts: number }>`select status, attempts from job where job_id = ${id}`.execute(db))
      .rows[0];
  await expect.poll(() => look(slow!), { timeout: 10_000 }).toEqual({ status: 'running', attempts: 1 });
  expect(await look(measure!)).toEqual({ status: 'queued', attempts: 0 });
  const beganMs = performance.now();
  expect((await worker.stop()).code).toBe(0);
  expect(performance.now() - beganMs).toBeLessThan(8_000);
  // A stop is no failed attempt.
  expect(await look(slow!)).toEqual({ status: 'queued', attempts: 0 });
  await sql`update job set payload = '{"ms": 1}' where job_id = ${slow!}`.execute(db);
  const server = await startMember(url, 'server', 2);
  await untilNoneIsLeft(db, 30_000);
  expect((await server.stop()).code).toBe(0);
  await close();
}, 90_000);
