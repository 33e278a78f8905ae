/** Same inputs, same bytes: whatever the number of compute workers, in whichever data directory. */
import { afterAll, expect, it } from 'vitest';
import { makeModel, mustAsk, postAapl } from '../support/lab.js';
import { outsideDatabase } from '../support/postgres.js';
import { makeDataDir, removeDataDir, startTestServer, type TestServer } from '../support/server.js';

/** The hashes of every artifact that the requests made; ids and times are a server's own. */
interface Made {
  readonly matrix: string;
  readonly logit: string;
  readonly gbm: string;
  readonly backtest: string;
  readonly gbmBacktest: string;
  readonly sweep: readonly (readonly [unknown, string])[];
}

const TESTED = { splits: 4, embargo: 0.01, thresholds: [0.4, 0.5] };
const SMALL_GBM = { algo: 'gbm', n_estimators: 30, max_depth: 3, subsample: 0.8 };

const dataDirs: string[] = [];
afterAll(() => Promise.all(dataDirs.map(removeDataDir)));

async function makeEverything(workers: number): Promise<Made> {
  const dataDir = await makeDataDir();
  dataDirs.push(dataDir);
  const server = await startTestServer(dataDir, {
    ...(await outsideDatabase()),
    ALMANAC_WORKERS: String(workers),
    ALMANAC_RATE_LIMIT: 'off',
  });
  try {
    return await requestAll(server);
  } finally {
    await server.stop();
  }
}

async function requestAll({ url: { sigma } }: TestServer): Promise<Made> {
  await postAapl(sigma);
  const { modelId, build } = await makeModel(sigma, 'same_bytes', { model: 'logit' });
  const ask = (path: string, body: object) => mustAsk(sigma, path, { model_id: modelId, wait: 120, ...body });
  const logit = await ask('/train', {});
  const gbm = await ask('/train', { config: SMALL_GBM });
  const backtest = await ask('/backtest', TESTED);
  const gbmBacktest = await ask('/backtest', { ...TESTED, config: SMALL_GBM });
  const sweep = await ask('/backtest_sweep', { ...TESTED, sweep: { thresholds: [0.42, 0.48], top_pct: [10, 50] } });
  const { results } = await mustAsk(sigma, `/sweeps/${sweep.sweep_id}/results`);
  const members: [unknown, string][] = [];
  for (const { params, backtest_id } of results)
    members.push([params, (await mustAsk(sigma, `/backtests/${backtest_id}`)).result_sha]);
  return {
    matrix: build.sha256,
    logit: logit.model_sha,
    gbm: gbm.model_sha,
    backtest: backtest.result_sha,
    gbmBacktest: gbmBacktest.result_sha,
    sweep: members,
  };
}

it('one worker and two, in two data directories, make the same matrix, models, backtests and sweep', async () => {
  const [one, two] = await Promise.all([makeEverything(1), makeEverything(2)]);
  console.log(JSON.stringify({ ...one, sweep: one.sweep.map(([, sha]) => sha) }));
  const hashes = [one.matrix, one.logit, one.gbm, one.backtest, one.gbmBacktest, ...one.sweep.map(([, sha]) => sha)];
  for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  // They are hashes of different things: a constant would be equal as well.
  expect(new Set(hashes).size).toBe(9);
  expect(two).toEqual(one);
}, 180_000);
