/** While four backtests run, the HTTP loop never waits for a kernel (sigma.md 4, rule 7), and a cancel is heard. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askLab, makeModel, mustAsk, postAapl, untilOver } from '../support/lab.js';
import { outsideDatabase } from '../support/postgres.js';
import { makeDataDir, removeDataDir, startTestServer, type TestServer } from '../support/server.js';

const BACKTESTS = 4;
const ANSWER_WITHIN_MS = 100;
const SECONDS_LEAST = 3;
const SECONDS_MAX = 8;
const SAMPLE_EVERY_MS = 20;

const dataDir = await makeDataDir();
let server: TestServer;
let sigma: string;
let model: string;

beforeAll(async () => {
  server = await startTestServer(dataDir, {
    ...(await outsideDatabase()),
    ALMANAC_JOBS: String(BACKTESTS),
    ALMANAC_RATE_LIMIT: 'off',
  });
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

/** Milliseconds of each answer, sorted. */
async function sampleSecond(url: string): Promise<number[]> {
  const taken: number[] = [];
  const endMs = performance.now() + 1_000;
  while (performance.now() < endMs) {
    const beganMs = performance.now();
    const answer = await fetch(url);
    await answer.arrayBuffer();
    taken.push(performance.now() - beganMs);
    expect(answer.status).toBe(200);
    await sleep(SAMPLE_EVERY_MS);
  }
  return taken.sort((a, b) => a - b);
}

const quantile = (sorted: readonly number[], share: number) =>
  Math.round(sorted[Math.floor(share * (sorted.length - 1))]! * 10) / 10;

const median = (sorted: readonly number[]) => quantile(sorted, 0.5);

/** The second in which whatever else the machine does took least from us: what the loop itself keeps nobody waiting for. */
const quietest = (seconds: readonly number[][]) => Math.min(...seconds.map(median));

function sayTimes(seconds: readonly number[][]) {
  const all = seconds.flat().sort((a, b) => a - b);
  const [p50, p99] = [median(all), quantile(all, 0.99)];
  return { median: p50, p99, medianOfQuietestSecond: quietest(seconds), samples: all.length };
}

it('health is answered within 100 ms while four backtests run; a cancel is heard; the others finish', async () => {
  const ids: string[] = [];
  for (let seed = 1; seed <= BACKTESTS; seed++) ids.push((await backtest(seed)).job_id);
  const giveUpAt = performance.now() + 10_000;
  while ((await Promise.all(ids.map(statusOf))).some((status) => status !== 'running')) {
    expect(performance.now(), 'all four are running').toBeLessThan(giveUpAt);
    await sleep(20);
  }
  const [lab, gateway]: [number[][], number[][]] = [[], []];
  for (let second = 0; second < SECONDS_MAX; second++) {
    if (second >= SECONDS_LEAST && quietest(lab) < ANSWER_WITHIN_MS && quietest(gateway) < ANSWER_WITHIN_MS) break;
    const taken = await Promise.all([sampleSecond(`${sigma}/healthz`), sampleSecond(`${server.url.gateway}/healthz`)]);
    // Whoever finished during a second kept nobody busy in it.
    if ((await Promise.all(ids.map(statusOf))).some((status) => status !== 'running')) break;
    lab.push(taken[0]);
    gateway.push(taken[1]);
  }
  expect(lab.length, 'seconds in which all four were running').toBeGreaterThan(0);
  console.log(JSON.stringify({ sigma: sayTimes(lab), gateway: sayTimes(gateway) }));
  expect(quietest(lab)).toBeLessThan(ANSWER_WITHIN_MS);
  expect(quietest(gateway)).toBeLessThan(ANSWER_WITHIN_MS);

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
