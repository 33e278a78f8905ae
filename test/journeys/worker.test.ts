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
const LONG_TRAINING = { algo: 'gbm', n_estimators: 100, max_depth: 4 };

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

it('kill -9 of a worker in the middle of its trainings: another ends them, with the same bytes, each once', async () => {
  const killed = await startWorker();
  const undisturbed = await train('undisturbed', LONG_TRAINING);
  const beganMs = performance.now();
  await untilOver(sigma, undisturbed.job_id, 60_000);
  const runMs = performance.now() - beganMs;
  const wanted = (await mustAsk(sigma, `/train/jobs/${undisturbed.job_id}`)).model_sha;
  expect(wanted).toMatch(/^[0-9a-f]{64}$/);

  // Each worker holds two at once: all that are sent before the other is there belong to the one that is killed.
  const ids: string[] = [];
  for (const tag of ['one', 'two', 'three']) ids.push((await train(tag, LONG_TRAINING)).job_id);
  await Promise.all(ids.slice(0, 2).map((id) => untilBegun(id, 1)));
  await killed.kill();
  const killedMs = performance.now();
  for (const id of ids.slice(0, 2))
    expect((await mustAsk(sigma, `/jobs/${id}`)).job).toMatchObject({ status: 'running', attempts: 1 });

  const other = await startWorker();
  await Promise.race(ids.slice(0, 2).map((id) => untilBegun(id, 2)));
  const backAfterMs = performance.now() - killedMs;
  const ends = await Promise.all(ids.map((id) => untilOver(sigma, id, 90_000)));
  console.log(JSON.stringify({ runMs: Math.round(runMs), backAfterMs: Math.round(backAfterMs) }));
  expect(ends.map(({ status, attempts }) => [status, attempts])).toEqual([
    ['completed', 2],
    ['completed', 2],
    ['completed', 1],
  ]);
  expect(backAfterMs).toBeLessThan(BACK_WITHIN_MS);
  const { items } = await mustAsk(sigma, `/training_runs?model_id=${model}`);
  type Row = { job_id: string; status: string; model_sha: string };
  for (const id of ids)
    expect((items as Row[]).filter(({ job_id }) => job_id === id)).toMatchObject([
      { status: 'completed', model_sha: wanted },
    ]);
  expect(await other.stop()).toBe(0);
}, 180_000);
