/** A sweep in parts and a sweep in one piece: nobody can tell them apart by what they leave. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { errors } from '#base/errors.js';
import type { Job } from '#jobs/job.js';
import { AAPL_RANGE, aaplBars, openSigmaHouse, type SigmaHouse } from './sigma-house.js';

const MODEL = 'AAPL_equity_5d_daily_logit';
const FEATURES = ['rsi_14', 'macd_hist', 'cmf_20'];
const PART = 7;
/** 48 configurations on two sets of hours, which share their rows here and are told apart in their trials. */
const SWEEP = {
  thresholds: [0.35, 0.4, 0.45, 0.5, 0.55, 0.6],
  top_pct: [5, 10, 20, 50],
  allowed_hours: [[13, 14], [15]],
};
const CONFIGS = 48;
const PARTS = Math.ceil(CONFIGS / PART);

async function openHouse(options: Parameters<typeof openSigmaHouse>[0]): Promise<SigmaHouse> {
  const house = await openSigmaHouse({ isCounting: true, ...options });
  await house.post('/data/bars', aaplBars());
  await house.post('/models', {
    template_id: 'swingsigma_default',
    name: MODEL,
    config: { ticker: 'AAPL', model: 'logit', features: FEATURES },
  });
  await house.post('/build_matrix', { model_id: MODEL, ...AAPL_RANGE });
  return house;
}

const sweep = async (house: SigmaHouse, change: object = {}) =>
  (await house.post('/backtest_sweep', { model_id: MODEL, sweep: SWEEP, tag: 'large', ...change })).json;

const jobOf = async (house: SigmaHouse, id: string) => (await house.get(`/jobs/${id}`)).json.job;

async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  const giveUpAt = performance.now() + 60_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > giveUpAt) throw new Error('it did not come about within a minute');
    await sleep(10);
  }
}

const untilOver = (house: SigmaHouse, id: string) =>
  until(async () => {
    const job = await jobOf(house, id);
    return ['completed', 'failed', 'cancelled'].includes(job.status) && job;
  });

const partsOf = (house: SigmaHouse, id: string): Promise<Job[]> => house.desk.queue.parts(house.desk.db, id);
const leftOver = async ({ desk: { db } }: SigmaHouse) =>
  (await db.selectFrom('sweep_part').selectAll().execute()).length;

/** Everything that a sweep leaves, without the times of day and the numbers of rows: the first tells differ. */
async function tracesOf(house: SigmaHouse, id: string): Promise<string[]> {
  const results = (await house.get(`/sweeps/${id}?limit=200`)).json;
  const runs = [];
  for (const { backtest_id } of results.results) runs.push((await house.get(`/backtests/${backtest_id}`)).json);
  const { report_path } = (await house.get(`/sweeps/${id}`)).json.sweep;
  const report = JSON.parse(await readFile(join(house.desk.workspaceDir, report_path), 'utf8'));
  const board = (await house.get('/leaderboard?limit=100')).json.items;
  return [...results.results, results.sweep, report, ...runs, ...board].map((one) =>
    JSON.stringify(one, (key, value) =>
      /_at$|^(id|\w*run_id|duration\w*|report_path)$/.test(key) ? undefined : value,
    ),
  );
}

let [whole, cut]: SigmaHouse[] = [];

beforeAll(async () => {
  whole = await openHouse({ sweepPartConfigs: Number.POSITIVE_INFINITY });
  cut = await openHouse({ sweepPartConfigs: PART, hands: 3 });
}, 120_000);

afterEach(() => vi.restoreAllMocks());

describe('a sweep in parts', () => {
  it.each([{ save: false }, { save: true }])(
    'leaves what one in a piece leaves, byte for byte: %j',
    async (change) => {
      const ends = [];
      for (const house of [whole!, cut!]) {
        const { sweep_id } = await sweep(house, change);
        const { status, attempts, progress } = await untilOver(house, sweep_id);
        ends.push({ sweep_id, status, attempts, progress });
      }
      expect(ends[1]).toEqual(ends[0]);
      expect(ends[0]).toMatchObject({ status: 'completed', attempts: 1, progress: 100 });
      const id = ends[0]!.sweep_id;
      expect(await partsOf(whole!, id)).toEqual([]);
      expect((await partsOf(cut!, id)).map(({ kind, status }) => [kind, status])).toEqual([
        ...Array(PARTS).fill(['sweep_record', 'completed']),
        ...Array(PARTS).fill(['sweep_try', 'completed']),
      ]);
      const [inOne, inParts] = [await tracesOf(whole!, id), await tracesOf(cut!, id)];
      expect(inOne.length).toBeGreaterThan(2 * CONFIGS);
      expect(inParts.filter((one, at) => one !== inOne[at])).toEqual([]);
      expect(inParts).toHaveLength(inOne.length);
      expect(await leftOver(cut!)).toBe(0);
    },
    120_000,
  );

  it('is one job to whoever lists them, and its progress only grows', async () => {
    const seen: number[] = [];
    const heard = new Set<string>();
    const stop = cut!.desk.queue.subscribe((job) => heard.add(job.kind));
    const { sweep_id } = await sweep(cut!, { tag: 'watched', save: false });
    await until(async () => {
      const { status, progress } = (await cut!.get(`/sweeps/${sweep_id}/status`)).json;
      seen.push(progress);
      return status === 'completed';
    });
    stop();
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.some((progress) => progress > 0 && progress < 100)).toBe(true);
    expect([...heard]).toEqual(['sweep']);
    const { items } = await cut!.desk.queue.list(cut!.desk.db, {}, { limit: 100, offset: 0 });
    expect(items.filter(({ parentId }) => parentId !== null)).toEqual([]);
  }, 60_000);

  it('ends where all hands belong to sweeps that wait for their parts', async () => {
    const narrow = await openHouse({ sweepPartConfigs: PART, hands: 1 });
    const sent = [];
    for (const tag of ['one', 'two', 'three']) sent.push((await sweep(narrow, { tag, save: false })).sweep_id);
    for (const id of sent) expect(await untilOver(narrow, id)).toMatchObject({ status: 'completed', attempts: 1 });
  }, 120_000);

  it('is cancelled with its parts, whether it waits or works', async () => {
    const { sweep_id } = await sweep(cut!, { tag: 'unwanted', save: false });
    await until(async () => (await partsOf(cut!, sweep_id)).some(({ status }) => status === 'completed'));
    expect((await cut!.post(`/jobs/${sweep_id}/cancel`, {})).status).toBe(200);
    expect(await untilOver(cut!, sweep_id)).toMatchObject({ status: 'cancelled' });
    await until(async () =>
      (await partsOf(cut!, sweep_id)).every(({ status }) => status !== 'queued' && status !== 'running'),
    );
    const parts = await partsOf(cut!, sweep_id);
    expect(parts.some(({ status }) => status === 'cancelled')).toBe(true);
    expect((await cut!.get(`/sweeps/${sweep_id}`)).json.sweep.status).toBe('cancelled');
    expect(await leftOver(cut!)).toBe(0);
  }, 60_000);

  it('fails as its part fails, with the same words, and can be tried again', async () => {
    const read = vi.spyOn(cut!.desk.artifacts, 'read');
    read.mockImplementation(() => {
      throw errors.artifactMissing('0'.repeat(64));
    });
    const { sweep_id } = await sweep(cut!, { tag: 'broken', save: false });
    const job = await untilOver(cut!, sweep_id);
    read.mockRestore();
    expect(job).toMatchObject({ status: 'failed', attempts: 1, error: { code: expect.any(String) } });
    expect((await cut!.get(`/sweeps/${sweep_id}`)).json.sweep.status).toBe('failed');
    await cut!.desk.queue.retry(cut!.desk.db, sweep_id);
    expect(await untilOver(cut!, sweep_id)).toMatchObject({ status: 'completed' });
    expect((await cut!.get(`/sweeps/${sweep_id}/results?limit=100`)).json.results).toHaveLength(CONFIGS);
  }, 60_000);
});
