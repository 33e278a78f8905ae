/** Same inputs, same bytes on the compute threads: matrix, models, sweep and a market day on 1, 2 and 4 of them, by kernels and by their twins. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCompute } from '#compute/pool.js';
import type { Compute } from '#compute/port.js';
import { type BacktestConfig, DEFAULT_CONFIG } from '#engine/backtest/config.js';
import { foldsToFit } from '#engine/backtest/plan.js';
import { evaluateSweep, type SweepGroup } from '#engine/backtest/sweep.js';
import { parseDay } from '#engine/calendar/civil-date.js';
import { computeFeatures } from '#engine/features/compute-features.js';
import { madePanel } from '#engine/features/made-panel.fixture.js';
import { demandFeatures } from '#engine/features/registry.js';
import { createRng } from '#engine/random/xoshiro128.js';
import { simulateBars } from '#engine/simulation/simulate-bars.js';

const ALGORITHMS = ['logit', 'gbm', 'rf'];
const HYPERPARAMS = { nEstimators: 12, maxDepth: 3, subsample: 0.8, epochs: 20 };

const CONFIGS: BacktestConfig[] = [0.36, 0.4, 0.45].flatMap((threshold) =>
  [0, 1, 2].flatMap((slippageBps) => [
    { ...DEFAULT_CONFIG, thresholds: [threshold], slippageBps },
    { ...DEFAULT_CONFIG, thresholds: [threshold, threshold + 0.05], sizeByConf: true, slippageBps },
    { ...DEFAULT_CONFIG, thresholds: [threshold], topPct: 0.3, combine: 'and', exitThreshold: 0.34, slippageBps },
  ]),
);

/** Any result, typed arrays by their bytes: equal texts are equal bytes. */
function shaOf(value: unknown): string {
  const plain = (_: string, part: unknown) => {
    if (ArrayBuffer.isView(part))
      return Buffer.from(part.buffer as ArrayBuffer, part.byteOffset, part.byteLength).toString('base64');
    if (part instanceof Map) return [...part];
    // JSON would say null of it, and null is something else.
    return typeof part === 'number' && !Number.isFinite(part) ? String(part) : part;
  };
  return createHash('sha256').update(JSON.stringify(value, plain)).digest('hex');
}

interface Made {
  readonly hashes: Readonly<Record<string, string>>;
  readonly groups: readonly SweepGroup[];
}

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'almanac-same-bytes-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function makeEverything(workers: number): Promise<Made> {
  const compute = openCompute({ workers });
  try {
    const csv = await makeMatrix(compute);
    const { models, groups } = await learn(compute, csv.bytes);
    const swept = await compute.run('evaluate', { groups });
    const path = join(dir, `${workers}.dbn`);
    const day = { dataset: 'XNAS.ITCH', symbol: 'AAPL', date: '2024-05-01', seed: 5, events: 4000 };
    await compute.run('simulateDay', { ...day, path, schema: 'mbp-10' });
    const hashes = { matrix: csv.sha, ...models, sweep: shaOf(swept), day: shaOf(await readFile(path)) };
    return { hashes, groups };
  } finally {
    await compute.close();
  }
}

/** 420 simulated days with a signal, through the snapshot that a matrix is made from. */
async function makeMatrix(compute: Compute): Promise<{ bytes: Uint8Array; sha: string }> {
  const { bars } = simulateBars(
    { interval: 'day', from: parseDay('2019-01-02')!, sessions: 420, signal: 'return', strength: 0.3 },
    createRng(11),
  );
  const { open, high, low, close, volume } = bars;
  const timestampUs = bars.tsStartMs.map((ms) => ms * 1000);
  const csv = await compute.run('snapshotBars', { timestampUs, open, high, low, close, volume });
  const built = await compute.run('buildMatrix', {
    sources: [{ role: 'bars', ticker: 'SIM', interval: 'day', csv }],
    ticker: 'SIM',
    cadence: 'day',
    indicators: [{ name: 'rsi' }, { name: 'ret' }, { name: 'macd' }],
    features: null,
    label: { kind: 'fwd_ret_1d', params: {} },
    flowColumns: null,
    dumpsFlow: false,
    riskFree: 0,
    kSigma: null,
    fixedBp: 40,
    allowedHours: null,
    startDay: parseDay('2019-01-02')!,
    endDay: parseDay('2029-01-02')!,
    sampleRows: 3,
  });
  return { bytes: built.csv, sha: shaOf(built) };
}

/** Every fold of every model at once, as many beside each other as there are threads. */
async function learn(compute: Compute, csv: Uint8Array) {
  const [opened] = await compute.run('openMatrix', {
    csv,
    features: null,
    featureColumns: null,
    target: null,
    horizonBars: 1,
    isIntraday: false,
    selections: [{ startDay: null, endDay: null, allowedHours: null }],
    plan: { purpose: 'backtest', scheme: 'purged_kfold', splits: 3, embargo: 0.01 },
  });
  const { matrix, plan } = opened!;
  const learned = await Promise.all(
    ALGORITHMS.map(async (algo) => {
      const spec = { algo, hyperparams: HYPERPARAMS, calibration: 'sigmoid', seed: 3 } as const;
      const [final, ...fits] = await Promise.all([
        compute.run('fitFinal', { matrix, spec }),
        ...foldsToFit(plan).map((fold) => compute.run('fitFold', { matrix, fold, spec })),
      ]);
      return { algo, sha: shaOf([final, fits]), group: { matrix, plan, fits, scope: algo, configs: CONFIGS } };
    }),
  );
  return {
    models: Object.fromEntries(learned.map(({ algo, sha }) => [algo, sha])),
    groups: learned.map(({ group }) => group),
  };
}

describe('the same bytes', () => {
  it('come from one, two and four threads, and a sweep by its kernel is the one by its twin', async () => {
    const one = await makeEverything(1);
    console.log(JSON.stringify(one.hashes));
    // They are hashes of different things: a constant would be equal as well.
    expect(new Set(Object.values(one.hashes)).size).toBe(6);
    for (const workers of [2, 4]) expect((await makeEverything(workers)).hashes).toEqual(one.hashes);
    // The task hands its kernels in; here there are none.
    expect(shaOf(evaluateSweep(one.groups))).toBe(one.hashes.sweep);
  }, 180_000);

  it('come from demand features in one part, two and four', () => {
    const panel = madePanel({ series: 9, days: 200, seed: 4, gaps: 0.1, missing: 0.05 });
    const requests = demandFeatures.map((feature) => feature.requestDefaults());
    const inParts = (parts: number) => {
      const columns = requests.flatMap(({ outputs }) => outputs).map(() => new Float64Array(panel.rows));
      for (let part = 0; part < parts; part++) {
        const cut = (at: number) => Math.floor((at * 9) / parts);
        computeFeatures(panel, requests, { columns, series: [cut(part), cut(part + 1)] });
      }
      return shaOf(columns);
    };
    const hashes = [1, 2, 4].map(inParts);
    console.log(JSON.stringify({ features: hashes[0] }));
    expect(hashes).toEqual([hashes[0], hashes[0], hashes[0]]);
    expect(hashes[0]).not.toBe(
      shaOf(requests.flatMap(({ outputs }) => outputs).map(() => new Float64Array(panel.rows))),
    );
  });
});
