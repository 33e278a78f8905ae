/** While four backtests run, the HTTP loop never waits for a kernel (sigma.md 4, rule 7), and a cancel is heard. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askLab, makeModel, mustAsk, postAapl, untilOver } from '../support/lab.js';
import { makeDataDir, removeDataDir, startTestServer, type TestServer } from '../support/server.js';

const BACKTESTS = 4;
const ANSWER_WITHIN_MS = 100;
const SAMPLE_FOR_MS = 3_000;
const SAMPLE_EVERY_MS = 20;

const dataDir = await makeDataDir();
let server: TestServer;
let sigma: string;
let model: string;

beforeAll(async () => {
  server = await startTestServer(dataDir, { ALMANAC_JOBS: String(BACKTESTS), ALMANAC_RATE_LIMIT: 'off' });
  sigma = server.url.sigma;
  await postAapl(sigma);
  model = (await makeModel(sigma, 'busy', { model: 'gbm' })).modelId;
}, 90_000);

afterAll(async () => {
  await server.stop();
  await removeDataDir(dataDir);
});

/** Another seed is another learning: none of the four can take over what another has learned. */
const backtest = (seed: number) =>
  mustAsk(sigma, '/backtest', {
    model_id: model,
    thresholds: [0.4, 0.5],
    config: { kind: 'thr', seed, n_estimators: 150, max_depth: 5, splits: 5 },
  });

const statusOf = async (jobId: string): Promise<string> => (await mustAsk(sigma, `/jobs/${jobId}`)).job.status;

async function sample(url: string): Promise<{ median: number; p99: number; samples: number }> {
  const taken: number[] = [];
  const endMs = performance.now() + SAMPLE_FOR_MS;
  while (performance.now() < endMs) {
    const beganMs = performance.now();
    const answer = await fetch(url);
    await answer.arrayBuffer();
    taken.push(performance.now() - beganMs);
    expect(answer.status).toBe(200);
    await sleep(SAMPLE_EVERY_MS);
  }
  taken.sort((a, b) => a - b);
  const at = (share: number) => Math.round(taken[Math.floor(share * (taken.length - 1))]! * 10) / 10;
  return { median: at(0.5), p99: at(0.99), samples: taken.length };
}

it('health is answered within 100 ms while four backtests run; a cancel is heard; the others finish', async () => {
  const ids: string[] = [];
  for (let seed = 1; seed <= BACKTESTS; seed++) ids.push((await backtest(seed)).job_id);
  const giveUpAt = performance.now() + 10_000;
  while ((await Promise.all(ids.map(statusOf))).some((status) => status !== 'running')) {
    expect(performance.now(), 'all four are running').toBeLessThan(giveUpAt);
    await sleep(20);
  }
  const [lab, gateway] = await Promise.all([sample(`${sigma}/healthz`), sample(`${server.url.gateway}/healthz`)]);
  // Whoever finished during the samples kept nobody busy.
  expect(await Promise.all(ids.map(statusOf))).toEqual(ids.map(() => 'running'));
  console.log(JSON.stringify({ sigma: lab, gateway }));
  expect(lab.median).toBeLessThan(ANSWER_WITHIN_MS);
  expect(gateway.median).toBeLessThan(ANSWER_WITHIN_MS);

  const [cancelled, others] = [ids.slice(0, 2), ids.slice(2)];
  const cancelledMs = performance.now();
  for (const id of cancelled) {
    const answer = await askLab(sigma, `/jobs/${id}/cancel`, {});
    expect([answer.status, ['cancelled', 'cancelling'].includes(answer.json.status)]).toEqual([200, true]);
  }
  for (const id of cancelled) expect((await untilOver(sigma, id, 30_000)).status).toBe('cancelled');
  console.log(JSON.stringify({ cancelsHeardAfterMs: Math.round(performance.now() - cancelledMs) }));
  for (const id of cancelled) expect((await mustAsk(sigma, `/backtests/${id}`)).status).toBe('cancelled');
  for (const id of others) {
    expect((await untilOver(sigma, id, 120_000)).status).toBe('completed');
    expect((await mustAsk(sigma, `/backtests/${id}`)).result_sha).toMatch(/^[0-9a-f]{64}$/);
  }
}, 240_000);
