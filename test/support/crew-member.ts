/**
 * One process of a crew: the queue, the worker and the reaper of the house with jobs that do next to nothing, so that what is tested and
 * measured is how jobs are carried. Run with DATABASE_URL, CREW_ROLE (server or worker) and CREW_HANDS; says `ready`, ends on SIGTERM.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { silentLog } from '#base/log.js';
import { defineJob, type JobType } from '#jobs/job-type.js';
import { openQueue } from '#jobs/open-queue.js';
import { startReaper } from '#jobs/reaper.js';
import { startWorker } from '#jobs/worker.js';
import { openDatabase } from '#store/database.js';
import { LANES } from '#store/job.store.js';

const url = process.env['DATABASE_URL'] ?? '';
const role = process.env['CREW_ROLE'] ?? 'worker';
const hands = Number(process.env['CREW_HANDS'] ?? 2);
const db = openDatabase({ at: url, poolSize: 6 });

const shared = { attemptsMax: 50, timeoutMs: 60_000 };
const types: JobType[] = [
  defineJob({ name: 'empty', ...shared, run: async () => ({}) }),
  defineJob({ name: 'stamp', ...shared, run: async () => ({ begunAtMs: Date.now() }) }),
  defineJob({
    name: 'mark',
    ...shared,
    // Twice is once: the mark is named by the job.
    async run({ job, payload }) {
      await sleep(Number(payload['ms'] ?? 0));
      await sql`insert into mark (job_id, by_role) values (${job.id}, ${role}) on conflict do nothing`.execute(db);
      return {};
    },
  }),
  defineJob({
    name: 'measure',
    ...shared,
    needs: 'measurements',
    run: async () => ({ role }),
  }),
  defineJob({
    name: 'spin',
    ...shared,
    async run({ payload }) {
      let x = 1;
      for (let n = Number(payload['steps']); n > 0; n--) x = Math.imul(x, 1_664_525) + 1_013_904_223;
      return { x };
    },
  }),
  defineJob({
    name: 'slow',
    ...shared,
    async run({ signal, payload }) {
      await sleep(Number(payload['ms']), undefined, { signal });
      return {};
    },
  }),
];

const ids = { uuid: () => randomUUID(), short: (prefix: string) => prefix + randomUUID().slice(0, 10) };
const queue = await openQueue({ db, connection: { connectionString: url }, ids, log: silentLog }, types);
const reaper = await startReaper({ db, types, log: silentLog }, { isSoleOwner: false });
const worker = startWorker({
  ...{ db, queue, types, hands, log: silentLog },
  name: `${role}-${process.pid}-${randomUUID()}`,
  lanes: role === 'server' ? LANES : ['general'],
});
process.stdout.write('ready\n');
process.once('SIGTERM', async () => {
  await worker.close();
  await reaper.close();
  await queue.close();
  await db.destroy();
  const { user, system } = process.cpuUsage();
  process.stdout.write(`cpu ${(user + system) / 1000}\n`, () => process.exit(0));
});
