/** What a caller may ask for in a day (sigma 3): counted once, whatever is repeated. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { aaplBars, openSigmaHouse, type SigmaHouse } from './sigma-house.js';

let house: SigmaHouse;
const MODEL = 'AAPL_equity_5d_daily_logit';
const LATER = { prefer: 'respond-async' };

const train = (seed: number, headers: Record<string, string> = LATER) =>
  house.post('/train', { model_id: MODEL, csv: 'own.csv', config: { seed } }, headers);
const sweep = (threshold: number) =>
  house.post('/backtest_sweep', { model_id: MODEL, csv: 'own.csv', thresholds_variants: [`${threshold}`] }, LATER);

beforeAll(async () => {
  // Nobody takes the jobs: what is counted is what was asked for.
  house = await openSigmaHouse({ settings: { localTier: 'free' }, isIdle: true });
  await house.post('/data/bars', aaplBars());
  await house.post('/models', { template_id: 'swingsigma_default', name: MODEL, config: { ticker: 'AAPL' } });
  await writeFile(join(house.desk.workspaceDir, 'own.csv'), 'date,y,rsi_14\n2018-01-02,UP,1\n');
}, 60_000);

describe('a day on the free tier', () => {
  it('has twenty trainings, of which repeats, replays and retries take none', async () => {
    const first = await train(1, { ...LATER, 'idempotency-key': 'one' });
    expect(first.status).toBe(202);
    for (let i = 0; i < 3; i++) {
      const replay = await train(1, { ...LATER, 'idempotency-key': 'one' });
      expect(replay.headers['idempotent-replayed']).toBe('true');
      expect((await train(1)).json).toMatchObject({ job_id: first.json.job_id });
      await house.post(`/jobs/${first.json.job_id}/cancel`, {});
      expect((await house.post(`/jobs/${first.json.job_id}/retry`, {})).json.status).toBe('queued');
    }
    for (let seed = 2; seed <= 20; seed++) expect((await train(seed)).status).toBe(202);
    const refused = await train(21);
    expect([refused.status, refused.json.error.code]).toEqual([403, 'QUOTA_EXCEEDED']);
    const tomorrow = `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;
    expect(refused.json.error.details).toEqual({ quota: 'train_per_day', limit: 20, used: 20, resets_at: tomorrow });
    // What was asked before is still answered, and a refusal left nothing behind.
    expect((await train(20)).status).toBe(202);
    expect((await house.get('/jobs?kind=train')).json.total).toBe(20);
    expect((await house.get('/training_runs')).json.total).toBe(20);
  });

  it('has ten sweeps, however many ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 14 }, (_, i) => sweep(0.4 + i / 100)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(10).fill(202), ...Array(4).fill(403)]);
    expect((await house.get('/sweeps')).json.total).toBe(10);
  });

  it('ends at midnight UTC', async () => {
    const { desk } = house;
    await desk.db
      .updateTable('job')
      .set({ created_at: new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 - 1) })
      .where('kind', '=', 'sweep')
      .execute();
    expect((await sweep(0.7)).status).toBe(202);
  });
});

describe('what runs at once', () => {
  it('refuses a third training to who waits for it', async () => {
    const refused = await house.post('/train', { model_id: MODEL, csv: 'own.csv' });
    expect([refused.status, refused.json.error.code]).toEqual([429, 'CONCURRENCY_LIMIT']);
  });
});
