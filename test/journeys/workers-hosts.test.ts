/** Workers on three hosts beside a server: one is killed, one is cut off and comes back; every job ends once, with the bytes of one machine. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '#store/database.js';
import { findPostgres, type RunningPostgres, startPostgres } from '../../scripts/postgres.js';
import { makeNetwork, type Network, whyNoHosts } from '../support/hosts.js';
import { FEATURES, makeModel, mustAsk, postAapl, untilOver } from '../support/lab.js';
import {
  makeDataDir,
  removeDataDir,
  startTestServer,
  startTestWorker,
  type TestServer,
  type TestWorker,
} from '../support/server.js';

const found = await findPostgres();
const obstacle = 'reason' in found ? found.reason : await whyNoHosts();
if (obstacle !== undefined) console.warn(`The test of workers on three hosts is skipped: ${obstacle}.`);

const SWEEP = { thresholds: [0.4, 0.45, 0.5], top_pct: [10, 50] };
const CONFIGS = 6;
const SWEEPS = 3;
/** Four parts in each of its two waves. */
const LARGE_SWEEP = {
  thresholds: Array.from({ length: 20 }, (_, n) => 0.35 + n / 100),
  top_pct: Array.from({ length: 10 }, (_, n) => 5 + 5 * n),
};
const LARGE_CONFIGS = 200;
const OVER_WITHIN_MS = 150_000;
/** Longer than a lease: what it held is somebody else's when it comes back. */
const CUT_OFF_MS = 14_000;

describe.skipIf(obstacle !== undefined)('workers on three hosts', () => {
  let postgres: RunningPostgres;
  let network: Network;
  let dataDir: string;
  let server: TestServer;
  let workers: TestWorker[] = [];
  let shared: Record<string, string>;

  beforeAll(async () => {
    network = await makeNetwork(3);
    dataDir = await makeDataDir();
    postgres = await startPostgres('bin' in found ? found.bin : '', { listen: network.address });
    const url = new URL(postgres.url);
    url.hostname = network.address;
    shared = { DATABASE_URL: url.href, ALMANAC_RATE_LIMIT: 'off', ALMANAC_SECRET_KEY: 'k'.repeat(32) };
    server = await startTestServer(dataDir, { ...shared, ALMANAC_WORKERS: '0' });
  }, 90_000);

  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await server?.stop();
    await postgres?.stop();
    await network?.remove();
    await removeDataDir(dataDir);
  });

  const startOn = (n: number) =>
    startTestWorker(dataDir, { ...shared, ALMANAC_WORKERS: '1', ALMANAC_JOBS: '1' }, network.hosts[n]!);

  it('end every job once, with the bytes of one machine, though one is killed and one is cut off', async () => {
    const { sigma } = server.url;
    await postAapl(sigma);
    const { modelId } = await makeModel(sigma, 'hosts', { model: 'gbm', features: FEATURES });
    const sweep = (tag: string) =>
      mustAsk(sigma, '/backtest_sweep', {
        model_id: modelId,
        sweep: SWEEP,
        splits: 4,
        embargo: 0.01,
        tag,
        save: false,
      });
    const train = (tag: string) =>
      mustAsk(sigma, '/train', { model_id: modelId, config: { seed: 7, n_estimators: 60, max_depth: 4 }, tag });
    const membersOf = async (sweepId: string) => {
      const { items } = await mustAsk(sigma, `/sweeps/${sweepId}/results?limit=100`);
      return Promise.all(
        (items as { params: unknown; backtest_id: string }[]).map(async ({ params, backtest_id }) => {
          const { metrics, result_sha } = await mustAsk(sigma, `/backtests/${backtest_id}`);
          return { params, metrics, result_sha };
        }),
      );
    };
    const modelShaOf = async (id: string) => (await mustAsk(sigma, `/train/jobs/${id}`)).model_sha as string;

    // One machine: a single worker, alone and undisturbed.
    workers = [await startOn(0)];
    const alone = { sweep: (await sweep('alone')).sweep_id, train: (await train('alone')).job_id };
    for (const id of Object.values(alone)) await untilOver(sigma, id, OVER_WITHIN_MS);
    const wanted = { members: await membersOf(alone.sweep), model: await modelShaOf(alone.train) };
    expect(wanted.members).toHaveLength(CONFIGS);

    workers.push(await startOn(1), await startOn(2));
    const sweeps: string[] = [];
    const trainings: string[] = [];
    for (let n = 0; n < SWEEPS; n++) {
      sweeps.push((await sweep(`three-${n}`)).sweep_id);
      trainings.push((await train(`three-${n}`)).job_id);
    }
    await sleep(600);
    await network.hosts[2]!.cutOff();
    await workers[1]!.kill();
    workers[1] = await startOn(1);
    await sleep(CUT_OFF_MS);
    await network.hosts[2]!.reconnect();
    const ends = [];
    for (const id of [...sweeps, ...trainings]) ends.push(await untilOver(sigma, id, OVER_WITHIN_MS));
    const again = ends.filter(({ attempts }) => attempts > 1).length;
    console.log(JSON.stringify({ jobs: ends.length, begunAgain: again }));
    expect(ends.map(({ status }) => status)).toEqual(ends.map(() => 'completed'));
    // The dead one and the one that was cut off held a job each.
    expect(again).toBeGreaterThan(0);
    for (const id of sweeps) expect(await membersOf(id)).toEqual(wanted.members);
    for (const id of trainings) expect(await modelShaOf(id)).toBe(wanted.model);
    const { items } = await mustAsk(sigma, `/training_runs?model_id=${modelId}&limit=100`);
    expect(items).toHaveLength(SWEEPS + 1);
  }, 420_000);

  it('share the parts of one large sweep: it ends once, with the bytes of one machine, though one is killed and one is cut off', async () => {
    const { sigma } = server.url;
    await postAapl(sigma);
    const large = async (name: string) => {
      // Models of their own: what was tried before is counted by model, and equal beginnings make equal figures.
      const { modelId } = await makeModel(sigma, name, { model: 'logit', features: FEATURES });
      const { sweep_id } = await mustAsk(sigma, '/backtest_sweep', {
        ...{ model_id: modelId, sweep: LARGE_SWEEP, splits: 4, embargo: 0.01, tag: name, save: false },
      });
      return sweep_id as string;
    };
    const membersOf = async (sweepId: string) => {
      const { items, sweep } = await mustAsk(sigma, `/sweeps/${sweepId}/results?limit=500`);
      type Member = Record<'position' | 'params' | 'metrics' | 'gate' | 'score' | 'result', unknown>;
      const members = (items as Member[]).map(({ params, metrics, gate, score, result }) =>
        JSON.stringify({ params, metrics, gate, score, result }),
      );
      return { members, pbo: sweep?.pbo };
    };

    await Promise.all(workers.map((worker) => worker.stop()));
    workers = [await startOn(0)];
    const alone = await large('alone_large');
    await untilOver(sigma, alone, OVER_WITHIN_MS);
    const wanted = await membersOf(alone);
    expect(new Set(wanted.members).size).toBe(LARGE_CONFIGS);

    workers.push(await startOn(1), await startOn(2));
    const db = openDatabase({ at: postgres.url, poolSize: 2 });
    try {
      const shared = await large('three_large');
      const partsOf = (sweepId: string) => db.selectFrom('job').selectAll().where('parent_id', '=', sweepId).execute();
      await untilTrue(async () => {
        const atWork = (await partsOf(shared)).filter(({ status }) => status === 'running');
        return new Set(atWork.map(({ lease_owner }) => lease_owner)).size === 3;
      });
      await network.hosts[2]!.cutOff();
      await workers[1]!.kill();
      workers[1] = await startOn(1);
      await sleep(CUT_OFF_MS);
      await network.hosts[2]!.reconnect();
      expect(await untilOver(sigma, shared, OVER_WITHIN_MS)).toMatchObject({ status: 'completed', attempts: 1 });
      const parts = await partsOf(shared);
      const again = parts.filter(({ attempts }) => attempts > 1).length;
      console.log(JSON.stringify({ parts: parts.length, begunAgain: again }));
      expect(parts.every(({ status }) => status === 'completed')).toBe(true);
      expect(again).toBeGreaterThan(0);
      expect(await membersOf(shared)).toEqual(wanted);
      const runs = await db.selectFrom('backtest_run').select('status').where('sweep_id', '=', shared).execute();
      expect(runs.map(({ status }) => status)).toEqual(Array(LARGE_CONFIGS).fill('completed'));
    } finally {
      await db.destroy();
    }
  }, 420_000);
});

async function untilTrue(look: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + OVER_WITHIN_MS;
  while (!(await look())) {
    if (performance.now() > giveUpAt) throw new Error(`it did not come about within ${OVER_WITHIN_MS} ms`);
    await sleep(10);
  }
}

describe.skipIf(obstacle === undefined)('without hosts', () => {
  it.skip(`needs PostgreSQL, root and network namespaces: ${obstacle}`);
});
