/** Many tenants on one install: what belongs to one is not there for another. */
import { beforeAll, describe, expect, it } from 'vitest';
import { addUser, issueToken } from '#services/identity/user.service.js';
import { AAPL_RANGE, type Answer, aaplBars, openSigmaHouse, type SigmaHouse } from './sigma-house.js';

let house: SigmaHouse;
const tokens: Record<string, { authorization: string }> = {};
const code = ({ json }: Answer) => json?.error?.code;
const MODEL = 'AAPL_equity_5d_daily_hers';

beforeAll(async () => {
  house = await openSigmaHouse({ tenancy: 'multi', settings: { rootMode: 'required' } });
  for (const [username, role] of [
    ['ann', 'user'],
    ['bob', 'user'],
    ['root', 'admin'],
  ] as const) {
    await addUser(house.desk.identity, { username, password: 'correct horse battery', role, tier: 'enterprise' });
    tokens[username] = { authorization: `Bearer ${(await issueToken(house.desk.identity, username)).token}` };
  }
  await house.post('/data/bars', aaplBars(), tokens['root']);
  const config = { ticker: 'AAPL', model: 'logit', features: ['rsi_14'] };
  await house.post('/models', { template_id: 'swingsigma_default', name: MODEL, config }, tokens['ann']);
  await house.post('/build_matrix', { model_id: MODEL, ...AAPL_RANGE }, tokens['ann']);
}, 60_000);

describe('with many tenants', () => {
  it('nobody asks unsigned, and only an admin changes prices', async () => {
    expect((await house.get('/models')).status).toBe(401);
    expect(code(await house.post('/data/bars', aaplBars(), tokens['bob']))).toBe('FORBIDDEN');
  });

  it('a model is there for its owner and for admins, and for nobody else', async () => {
    expect((await house.get(`/models/${MODEL}`, tokens['ann'])).json.model_id).toBe(MODEL);
    expect((await house.get(`/models/${MODEL}`, tokens['root'])).status).toBe(200);
    const listed = async (who: string) => (await house.get(`/models?q=${MODEL}`, tokens[who])).json.total;
    expect([await listed('ann'), await listed('root'), await listed('bob')]).toEqual([1, 1, 0]);
    const tries = [
      await house.get(`/models/${MODEL}`, tokens['bob']),
      await house.patch(`/models/${MODEL}`, { config: { x: 1 } }, tokens['bob']),
      await house.post('/build_matrix', { model_id: MODEL, ...AAPL_RANGE }, tokens['bob']),
      await house.post('/backtest', { model_id: MODEL }, tokens['bob']),
      await house.post('/train', { model_id: MODEL }, tokens['bob']),
    ];
    expect(tries.map(code)).toEqual(Array(5).fill('NOT_FOUND'));
    expect((await house.get(`/policy/explain?model_id=${MODEL}`, tokens['bob'])).json.ok).toBe(false);
  });

  it('a shipped model is seen by all and changed by none but admins', async () => {
    const path = '/models/spy_eq_swing_daily';
    expect((await house.get(path, tokens['bob'])).status).toBe(200);
    expect(code(await house.patch(path, { config: { note: 'x' } }, tokens['bob']))).toBe('FORBIDDEN');
    expect((await house.patch(path, { config: { note: 'x' } }, tokens['root'])).status).toBe(200);
  });

  it('runs, matrices and sweeps follow their model', async () => {
    const body = { model_id: MODEL, thresholds: [0.5], splits: 3 };
    const { json } = await house.post('/backtest', body, tokens['ann']);
    expect(json.status).toBe('completed');
    const swept = await house.post(
      '/backtest_sweep',
      { model_id: MODEL, thresholds_variants: ['0.5', '0.6'], splits: 3 },
      tokens['ann'],
    );
    expect(code(await house.get(`/backtests/${json.backtest_id}`, tokens['bob']))).toBe('NOT_FOUND');
    expect(code(await house.get(`/sweeps/${swept.json.sweep_id}`, tokens['bob']))).toBe('NOT_FOUND');
    expect(code(await house.get(`/jobs/${json.job_id}`, tokens['bob']))).toBe('NOT_FOUND');
    const theirs = { model_id: 'spy_eq_swing_daily', matrix_sha: json.matrix_sha };
    expect(code(await house.post('/backtest', theirs, tokens['bob']))).toBe('NOT_FOUND');
    const trained = await house.post('/train', { model_id: MODEL }, tokens['ann']);
    expect(code(await house.get(`/train/jobs/${trained.json.job_id}`, tokens['bob']))).toBe('NOT_FOUND');
    expect((await house.get('/training_runs', tokens['bob'])).json.total).toBe(0);
    expect((await house.get('/training_runs', tokens['ann'])).json.total).toBe(1);
    const totals = async (who: string) => [
      (await house.get('/leaderboard', tokens[who])).json.total,
      (await house.get('/sweeps', tokens[who])).json.total,
    ];
    expect(await totals('ann')).toEqual([3, 1]);
    expect(await totals('bob')).toEqual([0, 0]);
    expect(await totals('root')).toEqual([3, 1]);
  });
});
