/** The contract's small print, as a client of either seed meets it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { AAPL_RANGE, aaplBars, openSigmaHouse, type SigmaHouse } from './sigma-house.js';

let house: SigmaHouse;
const MODEL = 'AAPL_equity_5d_daily_logit';
const TESTED = { model_id: MODEL, thresholds: [0.4], splits: 2 };
const ASYNC = { prefer: 'respond-async' };

beforeAll(async () => {
  house = await openSigmaHouse();
  await house.post('/data/bars', aaplBars());
  await house.post('/models', {
    template_id: 'swingsigma_default',
    name: MODEL,
    config: { ticker: 'AAPL', model: 'logit', features: ['rsi_14', 'macd_hist'] },
  });
  await house.post('/build_matrix', { model_id: MODEL, ...AAPL_RANGE });
}, 120_000);

const finish = (jobId: string) => house.desk.queue.waitFor(jobId, 60_000);

describe('every scheme of cross-validation', () => {
  it.each([
    ['purged_kfold', 4],
    ['walk_forward', 4],
    ['cpcv', 4],
  ])('%s is saved with its folds, numbered once each, and provable', async (scheme, splits) => {
    const { status, json } = await house.post('/backtest', { ...TESTED, cv_scheme: scheme, splits });
    expect([status, json.status]).toEqual([200, 'completed']);
    expect(json.result.cv.scheme).toBe(scheme);
    const numbers = json.result.threshold_results.map(({ fold }: { fold: number }) => fold);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(json.result.paths).toHaveLength(scheme === 'cpcv' ? splits - 1 : 0);
    const predictions = await house.desk.measurements.readDoubles(`wf_${json.backtest_id}`);
    expect(predictions.rows).toBe(json.metrics.bars);
    expect((await house.verify(json.result_sha)).ok).toBe(true);
  });
});

describe('the exit threshold of a model', () => {
  it('holds positions until it is crossed, unless the request has another', async () => {
    const name = 'AAPL_equity_5d_daily_exits';
    await house.post('/models', {
      template_id: 'swingsigma_default',
      name,
      config: {
        ticker: 'AAPL',
        model: 'logit',
        features: ['rsi_14', 'macd_hist'],
        thresholds: { entry: 0.6, exit: 0.2 },
      },
    });
    await house.post('/build_matrix', { model_id: name, ...AAPL_RANGE });
    const barsIn = async (change: object) =>
      (await house.post('/backtest', { model_id: name, thresholds: [0.55], splits: 2, ...change })).json.metrics
        .bars_in_market;
    expect(await barsIn({})).toBe(await barsIn({ exit_threshold: 0.2 }));
    expect(await barsIn({})).toBeGreaterThan(await barsIn({ exit_threshold: 0.55 }));
  });
});

describe('what an asynchronous answer says', () => {
  it.each(['', '/api'])('at the mount %j it points back to that mount', async (mount) => {
    const answer = await house.post(`${mount}/backtest`, TESTED, ASYNC);
    expect([answer.status, answer.headers['location']]).toEqual([202, `${mount}/jobs/${answer.json.job_id}`]);
    expect(answer.headers['retry-after']).toBe('1');
    await finish(answer.json.job_id);
    expect((await house.get(answer.headers['location'] as string)).json.job).toMatchObject({
      status: 'completed',
      progress: 100,
      resource: { type: 'backtest', url: `/backtests/${answer.json.backtest_id}` },
    });
  });

  it('estimates a training from its first day, and forgets the estimate once it is done', async () => {
    const short = await house.post('/train', { model_id: MODEL, config: { epochs: 5 } });
    expect(short.status).toBe(200);
    expect(['queued', 'running']).toContain(short.json.status);
    expect(short.json.estimated_time).toBeGreaterThanOrEqual(1);
    expect(short.json).toHaveProperty('queue_position');
    expect([short.json.metrics, short.json.result]).toEqual([null, null]);
    await finish(short.json.job_id);
    const whole = await house.get(`/train/jobs/${short.json.job_id}`);
    expect(whole.json).toMatchObject({ status: 'completed', estimated_time: null, queue_position: null, error: null });
    expect(Object.keys(whole.json)).toEqual(expect.arrayContaining(Object.keys(short.json)));
  });

  it('gives an open backtest a moment when it may be done', async () => {
    const short = await house.post('/backtest', { model_id: MODEL, config: { threshold: 0.41, splits: 2 } });
    expect(short.json.estimated_completion).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    await finish(short.json.job_id);
    expect((await house.get(`/backtests/${short.json.id}`)).json.estimated_completion).toBeNull();
  });
});

describe('finished work', () => {
  it('is shown again when reuse is said in the body or the query, and done again when it is not', async () => {
    const first = await house.post('/backtest', TESTED);
    const inQuery = await house.post('/backtest?reuse=true', TESTED);
    const inBody = await house.post('/backtest', { ...TESTED, reuse: true });
    expect([inQuery.json.backtest_id, inBody.json.backtest_id]).toEqual([
      inBody.json.backtest_id,
      inQuery.json.backtest_id,
    ]);
    const anew = await house.post('/backtest', TESTED);
    expect(anew.json.backtest_id).not.toBe(first.json.backtest_id);
    expect(anew.json.result_sha).toBe(first.json.result_sha);
    expect((await house.post('/backtest?reuse=perhaps', TESTED)).json.error.details.field).toBe('reuse');
  });

  it('is listed under training_runs by both names of the period', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const all = await house.get(`/training_runs?model_id=${MODEL.toLowerCase()}&start=${today}&end=${today}`);
    expect(all.json.total).toBeGreaterThan(0);
    expect(all.json.training_runs).toEqual(all.json.items);
    expect((await house.get('/training_runs?start_date=2039-01-01')).json.total).toBe(0);
    expect((await house.get('/training_runs?start=2024-02-30')).json.error.code).toBe('INVALID_PARAMETER');
  });
});

describe('a matrix by the beginning of its sha', () => {
  it('is found by eight digits, and refused when two begin so', async () => {
    const { matrix_sha: sha } = (await house.post('/backtest', { ...TESTED, reuse: true })).json;
    const short = await house.post('/backtest', { ...TESTED, matrix_sha: sha.slice(0, 8), wait: 60 });
    expect(short.json.matrix_sha).toBe(sha);
    const twin = `${sha.slice(0, 12)}${sha[12] === '0' ? '1' : '0'}${sha.slice(13)}`;
    await house.desk.db.connection().execute(async (db) => {
      await sql`create temp table twin as select * from build_run where status = 'completed' limit 1`.execute(db);
      await sql`update twin set build_run_id = 999999, job_id = 'build_twin', matrix_sha = ${twin}`.execute(db);
      await sql`insert into build_run overriding system value select * from twin`.execute(db);
      await sql`drop table twin`.execute(db);
    });
    const both = await house.post('/backtest', { ...TESTED, matrix_sha: sha.slice(0, 12) });
    expect([both.status, both.json.error.code]).toEqual([409, 'CONFLICT']);
    expect((await house.post('/backtest', { ...TESTED, matrix_sha: sha.slice(0, 13), wait: 60 })).status).toBe(200);
    await sql`delete from build_run where job_id = 'build_twin'`.execute(house.desk.db);
  });
});

describe('keys nobody knows', () => {
  const warned = (answer: { json: { warnings?: string[] } }) => (answer.json.warnings ?? []).join();

  it.each(['/train', '/backtest', '/backtest_sweep', '/build_matrix', '/build_stock_matrix', '/preview_matrix'])(
    'are ignored by %s, which says so',
    async (path) => {
      const body = { ...TESTED, ...AAPL_RANGE, ticker: 'AAPL', colour: 'red', wait: 60 };
      const { thresholds: _, ...rest } = body;
      const answer = await house.post(path, path === '/backtest' ? body : rest);
      expect(answer.status).toBe(200);
      expect(warned(answer)).toContain("'colour'");
    },
  );

  it('are told of a model that is created, and of one that is changed', async () => {
    const made = await house.post('/models', {
      ticker: 'AAPL',
      asset_type: 'eq',
      horizon: 'swing',
      cadence: 'daily',
      colour: 1,
    });
    expect([made.status, warned(made)]).toEqual([201, expect.stringContaining("'colour'")]);
    const changed = await house.patch(`/models/${made.json.model_id}`, { config: { note: 'x' }, colour: 1 });
    expect([changed.status, warned(changed)]).toEqual([200, expect.stringContaining("'colour'")]);
  });
});

describe('the size of a sweep', () => {
  const sizeOf = async (body: object) => {
    const { json } = await house.post('/backtest_sweep', { model_id: MODEL, splits: 2, ...body }, ASYNC);
    await house.post(`/jobs/${json.job_id}/cancel`, {});
    return json.total_configs;
  };

  it.each([
    [
      'four thresholds, three sets of hours, three shares',
      { sweep: { thresholds: [0.5, 0.55, 0.6, 0.65], allowed_hours: [[13], [14], [15]], top_pct: [5, 10, 15] } },
      36,
    ],
    [
      'two threshold variants and three shares on two sets of hours',
      {
        thresholds_variants: ['0.5,0.52', '0.6'],
        allowed_hours_variants: ['13', '14'],
        top_pct_variants: [0.1, 0.15, 0.2],
      },
      10,
    ],
    ['hours alone: an absent axis counts once', { sweep: { allowed_hours: [[13], [14]] } }, 2],
    ['hours with thresholds that stand still', { thresholds: [0.5, 0.6], sweep: { allowed_hours: [[13], [14]] } }, 2],
    ['shares with a threshold that stands still', { thresholds: 0.5, sweep: { top_pct: [5, 10] } }, 2],
    ['nothing: the defaults of the template', { sweep: {} }, 2],
  ])('of %s', async (_, body, size) => {
    expect(await sizeOf(body)).toBe(size);
  });
});

describe('the order of the leaderboard', () => {
  it('puts what has no value last in both directions, and breaks ties by return, wins, then the newest', async () => {
    const { db } = house.desk;
    const ids: string[] = [];
    for (const threshold of [0.42, 0.43, 0.44, 0.45]) {
      const { json } = await house.post('/backtest', { ...TESTED, thresholds: [threshold], tag: 'ties' });
      ids.push(json.backtest_id);
    }
    const set = (id: string, values: object) =>
      db.updateTable('backtest_run').set(values).where('backtest_id', '=', id).execute();
    await set(ids[0]!, { sharpe: null, cum_ret: 9 });
    await set(ids[1]!, { sharpe: 1, cum_ret: 0.1, win_rate: 0.5 });
    await set(ids[2]!, { sharpe: 1, cum_ret: 0.1, win_rate: 0.6 });
    await set(ids[3]!, { sharpe: 1, cum_ret: 0.1, win_rate: 0.6 });
    const order = async (direction: string) =>
      (await house.get(`/leaderboard?tag=ties&sort_by=sharpe&order=${direction}`)).json.items.map(
        (row: { backtest_id: string }) => row.backtest_id,
      );
    expect(await order('desc')).toEqual([ids[3], ids[2], ids[1], ids[0]]);
    expect(await order('asc')).toEqual([ids[3], ids[2], ids[1], ids[0]]);
  });

  it('counts the days of start and end whole, and lists everything for pass_gate=false', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const all = (await house.get('/leaderboard?tag=ties')).json.total;
    expect((await house.get(`/leaderboard?tag=ties&start=${today}&end=${today}&pass_gate=false`)).json.total).toBe(all);
    expect((await house.get('/leaderboard?tag=ties&end=2020-01-01')).json.total).toBe(0);
    expect((await house.get('/leaderboard?start=2024-01-02&end=2024-01-01')).status).toBe(400);
    expect((await house.get('/leaderboard?order_by=colour&sort_by=sharpe')).json.order_by).toBe('sharpe');
  });
});

describe('another risk profile', () => {
  it('judges a stored run anew and leaves it as it was', async () => {
    const { json } = await house.post('/backtest', { ...TESTED, reuse: true });
    const limits = async (query: string) =>
      (await house.get(`/backtests/${json.backtest_id}${query}`)).json.gate.checks.find(
        ({ code }: { code: string }) => code === 'sharpe_below_min',
      ).limit;
    expect([
      await limits('?risk_profile=Aggressive'),
      await limits('?risk_profile=conservative'),
      await limits(''),
    ]).toEqual([0.8, 1.2, 1]);
    expect((await house.get(`/backtests/${json.backtest_id}?risk_profile=wild`)).status).toBe(400);
  });
});

describe('a key that met a quota', () => {
  it('may be tried again: a refusal that passes is not replayed', async () => {
    const free = await openSigmaHouse({ settings: { localTier: 'free' }, isIdle: true });
    await free.post('/data/bars', aaplBars());
    await free.post('/models', { template_id: 'swingsigma_default', name: MODEL, config: { ticker: 'AAPL' } });
    await writeFile(join(free.desk.workspaceDir, 'own.csv'), 'date,y,rsi_14\n2018-01-02,UP,1\n');
    const ask = (threshold: number, headers = {}) =>
      free.post(
        '/backtest_sweep',
        { model_id: MODEL, csv: 'own.csv', thresholds_variants: [String(threshold)] },
        { ...ASYNC, ...headers },
      );
    for (let i = 0; i < 10; i++) expect((await ask(0.4 + i / 100)).status).toBe(202);
    const key = { 'idempotency-key': 'again' };
    expect((await ask(0.9, key)).status).toBe(403);
    await free.desk.db
      .updateTable('job')
      .set({ created_at: new Date(0) })
      .execute();
    expect((await ask(0.9, key)).status).toBe(202);
  });
});
