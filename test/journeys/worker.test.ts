/** `almanac worker` beside a server that serves only: killed in the middle of a training, its job ends elsewhere, once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askLab, FEATURES, makeModel, mustAsk, postAapl, untilOver } from '../support/lab.js';
import { openTestDatabaseWithUrl } from '../support/postgres.js';
import { makeDataDir, removeDataDir, startTestServer, startTestWorker, type TestServer } from '../support/server.js';

/** The lease of a dead worker (10 s), the reaper's round (2 s) and the next look for work, with room for a busy machine. */
const BACK_WITHIN_MS = 15_000;

const dataDir = await makeDataDir();
const { url } = await openTestDatabaseWithUrl();
const shared = { DATABASE_URL: url, ALMANAC_RATE_LIMIT: 'off' };
const startWorker = () => startTestWorker(dataDir, { ...shared, ALMANAC_WORKERS: '1' });
let server: TestServer;
let sigma: string;
let model: string;
/** Long enough to be killed in the middle, short enough for a test. */
const LONG_TRAINING = { algo: 'gbm', n_estimators: 400, max_depth: 5 };

beforeAll(async () => {
  server = await startTestServer(dataDir, { ...shared, ALMANAC_WORKERS: '0' });
  sigma = server.url.sigma;
  await postAapl(sigma);
  model = (await makeModel(sigma, 'worker_kills', { model: 'logit', features: FEATURES })).modelId;
}, 90_000);

afterAll(async () => {
  await server.stop();
  await removeDataDir(dataDir);
});

const train = (tag: string, config: object) => mustAsk(sigma, '/train', { model_id: model, config, tag });

async function untilBegun(jobId: string, attempt: number): Promise<void> {
  const giveUpAt = performance.now() + 60_000;
  for (;;) {
    const { job } = await mustAsk(sigma, `/jobs/${jobId}`);
    if (job.status === 'running' && job.attempts >= attempt && job.progress > 0) return;
    if (performance.now() > giveUpAt)
      throw new Error(`${jobId} was not begun for the ${attempt}. time: ${JSON.stringify(job)}`);
    await sleep(50);
  }
}

it('a server without compute threads leaves trainings to workers', async () => {
  const { job_id } = await train('waiting', { seed: 1 });
  await sleep(1_500);
  expect((await askLab(sigma, `/jobs/${job_id}`)).json.job).toMatchObject({ status: 'queued', attempts: 0 });
  const worker = await startWorker();
  expect(await untilOver(sigma, job_id, 30_000)).toMatchObject({ status: 'completed', attempts: 1 });
  expect(await worker.stop()).toBe(0);
}, 90_000);

it('kill -9 of a worker in the middle of a training: another ends it, with the same bytes, once', async () => {
  const worker = await startWorker();
  const undisturbed = await train('undisturbed', LONG_TRAINING);
  const beganMs = performance.now();
  await untilOver(sigma, undisturbed.job_id, 60_000);
  const runMs = performance.now() - beganMs;
  const wanted = (await mustAsk(sigma, `/train/jobs/${undisturbed.job_id}`)).model_sha;
  expect(wanted).toMatch(/^[0-9a-f]{64}$/);

  const { job_id } = await train('killed', LONG_TRAINING);
  await untilBegun(job_id, 1);
  await worker.kill();
  const killedMs = performance.now();
  expect((await mustAsk(sigma, `/jobs/${job_id}`)).job).toMatchObject({ status: 'running', attempts: 1 });
  const other = await startWorker();
  await untilBegun(job_id, 2);
  const backAfterMs = performance.now() - killedMs;
  const job = await untilOver(sigma, job_id, 60_000);
  console.log(JSON.stringify({ runMs: Math.round(runMs), backAfterMs: Math.round(backAfterMs) }));
  expect(job).toMatchObject({ status: 'completed', attempts: 2 });
  expect(backAfterMs).toBeLessThan(BACK_WITHIN_MS);
  const { items, total } = await mustAsk(sigma, '/training_runs?tag=killed');
  expect([total, items[0].job_id, items[0].status, items[0].model_sha]).toEqual([1, job_id, 'completed', wanted]);
  expect(await other.stop()).toBe(0);
}, 180_000);

it('kill -9 of one worker of two: the other ends all their jobs, each once', async () => {
  const [one, two] = [await startWorker(), await startWorker()];
  const sent = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((seed) => train('crowd', { ...LONG_TRAINING, seed, n_estimators: 40 })),
  );
  const ids: string[] = sent.map(({ job_id }) => job_id);
  await untilBegun(ids[0]!, 1);
  await one.kill();
  const ends = [];
  for (const id of ids) ends.push(await untilOver(sigma, id, 90_000));
  expect(ends.map(({ status }) => status)).toEqual(ids.map(() => 'completed'));
  for (const { attempts } of ends) expect([1, 2]).toContain(attempts);
  const { items, total } = await mustAsk(sigma, '/training_runs?tag=crowd');
  expect(total).toBe(ids.length);
  expect(new Set(items.map(({ model_sha }: { model_sha: string }) => model_sha)).size).toBe(ids.length);
  expect(await two.stop()).toBe(0);
}, 180_000);
