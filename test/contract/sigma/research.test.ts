/** From real prices to a proved number: every step of the lab, in both dialects. */
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { getRun } from '#services/research/run.service.js';
import { getTrades } from '#services/research/simulation.service.js';
import { AAPL_RANGE, aaplBars, openSigmaHouse, type SigmaHouse } from './sigma-house.js';

let house: SigmaHouse;
/** Few features on five years: the same path as a large model, in a fraction of the time. */
const MODEL = 'AAPL_equity_5d_daily_logit';
const FEATURES = ['rsi_14', 'macd_hist', 'cmf_20'];

const code = (answer: { json: { error?: { code: string } } }) => answer.json?.error?.code;
const makeModel = (home: SigmaHouse, name = MODEL) =>
  home.post('/models', {
    template_id: 'swingsigma_default',
    name,
    config: { ticker: 'AAPL', model: 'logit', features: FEATURES },
  });

beforeAll(async () => {
  house = await openSigmaHouse();
  await house.post('/data/bars', aaplBars());
  await makeModel(house);
  await house.post('/build_matrix', { model_id: MODEL, ...AAPL_RANGE });
}, 120_000);

describe('taking in bars', () => {
  it('counts what is new and what is replaced, and tells bad rows without writing them', async () => {
    const good = { ts: '2024-01-02', open: 1, high: 2, low: 1, close: 2, volume: 5 };
    const rows = [good, { ...good, ts: '2024-01-03', low: 3 }, { ...good, ts: 'soon' }, { ...good, volume: -1 }, 7];
    const { json } = await house.post('/data/bars', { ticker: 'tiny', interval: 'day', rows });
    expect(json).toMatchObject({ ok: true, inserted: 1, updated: 0 });
    expect(json.rejected.map(({ row }: { row: number }) => row)).toEqual([1, 2, 3, 4]);
    const again = await house.post('/data/bars', { ticker: 'TINY', interval: 'day', rows: [good] });
    expect(again.json).toMatchObject({ inserted: 0, updated: 1 });
  });

  it('reads CSV with the ticker in each row', async () => {
    const csv =
      'ticker,interval,ts,open,high,low,close,volume,vwap\nCSVA,day,2024-01-02,1,2,1,2,5,\nCSVB,day,2024-01-02,1,2,1,2,5,1.5\nCSVB,year,2024-01-02,1,2,1,2,5,\n';
    const { json } = await house.post('/data/bars', csv, { 'content-type': 'text/csv' });
    expect(json).toMatchObject({ inserted: 2, rejected: [{ row: 2 }] });
    expect((await house.get('/healthz?ticker=CSVB')).json.ticker).toMatchObject({ rows: 1, status: 'degraded' });
  });

  it.each([[{}], [{ rows: 'x' }], [{ ticker: 'A', interval: 'year', rows: [] }], [[]]])('refuses %j', async (body) => {
    const { status, json } = await house.post('/data/bars', body);
    expect([status, json.error.code]).toEqual([400, 'INVALID_PARAMETER']);
  });
});

describe('building a matrix', () => {
  it('answers with the fields of both seeds, and again with the same bytes', async () => {
    const { start, end } = AAPL_RANGE;
    const built = await house.post('/build_matrix', { model_id: MODEL, start_date: start, end_date: end });
    expect(built.status).toBe(200);
    expect(built.json).toMatchObject({
      ok: true,
      status: 'completed',
      rows: 1255,
      out_csv: `matrices/${MODEL}/training_matrix_built.csv`,
      path: `matrices/${MODEL}_${built.json.matrix_sha.slice(0, 8)}.csv`,
      label: { kind: 'fwd_ret_5d', horizon: 5, fixed_bp: 10 },
      dropped: { null_label: 5 },
      feature_columns: FEATURES,
      qa: { ok: true, leakage: { ok: true } },
      lineage: { matrix_sha: built.json.matrix_sha, risk_profile: 'Balanced' },
      data_source: 'local',
    });
    const again = await house.post('/build_matrix', { model_id: MODEL, ...AAPL_RANGE });
    expect(again.json.matrix_sha).toBe(built.json.matrix_sha);
    expect(again.json.sha256).toBe(built.json.sha256);
    const file = await readFile(join(house.desk.workspaceDir, built.json.out_csv), 'utf8');
    expect(file.split('\n')).toHaveLength(1255 + 2);
    const manifest = JSON.parse(await readFile(join(house.desk.workspaceDir, `${built.json.path}.meta.json`), 'utf8'));
    expect(manifest).toMatchObject({ matrix_sha: built.json.matrix_sha, rows: 1255 });
  });

  it('does not change with bars that come later', async () => {
    const early = { model_id: MODEL, start: '2014-01-02', end: '2015-12-31', out_csv: 'mine/early.csv' };
    const before = await house.post('/build_matrix', early);
    await house.post('/data/bars', {
      ticker: 'AAPL',
      interval: 'day',
      rows: [{ ts: '2018-05-14', open: 189, high: 190, low: 187, close: 188, volume: 2e7 }],
    });
    const after = await house.post('/build_matrix', early);
    expect(after.json.sha256).toBe(before.json.sha256);
    expect(after.json.out_csv).toBe('mine/early.csv');
    // What follows works on the latest matrix, which is to be the whole one.
    await house.post('/build_matrix', { model_id: MODEL, ...AAPL_RANGE });
  });

  it('of a stock needs no model', async () => {
    const { json, status } = await house.post('/build_stock_matrix', {
      ticker: 'aapl',
      start: '2016-01-04',
      end: '2017-12-29',
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({ model_id: 'aapl_stock', pack_id: 'swingsigma', label: { kind: 'fwd_ret_20d' } });
    expect(json.feature_columns).toContain('rsi_14');
  });

  it('refuses a planted leak and names its column; the preview shows it', async () => {
    const body = { model_id: MODEL, ...AAPL_RANGE, features: ['rsi_14', 'ret_fwd'] };
    const refused = await house.post('/build_matrix', body);
    expect([refused.status, code(refused)]).toEqual([400, 'LEAKAGE']);
    expect(refused.json.error.details.columns).toEqual(['ret_fwd']);
    const shown = await house.post('/preview_matrix', { ...body, max_rows: 3 });
    expect([shown.status, shown.json.ok, shown.json.qa.leakage.ok]).toEqual([200, false, false]);
    expect(shown.json.qa.leakage.flags.map(({ column }: { column: string }) => column)).toContain('ret_fwd');
    expect(shown.json.sample).toHaveLength(3);
    const honest = await house.post('/preview_matrix', { ...body, features: ['rsi_14'] });
    expect([honest.json.ok, honest.json.rows]).toEqual([true, 1255]);
  });

  it.each([
    [{ start: '2018-02-30' }, 'INVALID_PARAMETER', 'start'],
    [{ start: '2018-03-01', end: '2017-01-01' }, 'INVALID_PARAMETER', 'start'],
    [{ start: '2016-01-01', start_date: '2016-01-02' }, 'CONFLICTING_PARAMETERS', 'start'],
    [{ k_sigma: 9 }, 'INVALID_PARAMETER', 'k_sigma'],
    [{ out_csv: '../out.csv' }, 'PATH_NOT_ALLOWED', 'out_csv'],
    [{ out_csv: '/etc/out.csv' }, 'PATH_NOT_ALLOWED', 'out_csv'],
    [{ out_csv: 'a.txt' }, 'PATH_NOT_ALLOWED', 'out_csv'],
    [{ out_csv: 'linked/out.csv' }, 'PATH_NOT_ALLOWED', 'out_csv'],
    [{ out_csv: `matrices/x_0123abcd.csv` }, 'PATH_NOT_ALLOWED', 'out_csv'],
    [{ features: ['nothing_of_that_name'] }, 'INVALID_PARAMETER', 'features'],
    [{ ticker: 'NONE' }, 'INSUFFICIENT_DATA', undefined],
    [{ start: '2030-01-02', end: '2031-01-02' }, 'INSUFFICIENT_DATA', undefined],
    [{ model_id: 'nobody' }, 'NOT_FOUND', undefined],
    [{ pack_id: 'zerosigma' }, 'INVALID_PARAMETER', 'pack_id'],
  ])('refuses %j', async (change, wanted, field) => {
    await symlink('/tmp', join(house.desk.workspaceDir, 'linked')).catch(() => {});
    const answer = await house.post('/build_matrix', { model_id: MODEL, ...AAPL_RANGE, ...change });
    expect([code(answer), answer.json.error.details.field]).toEqual([wanted, field]);
    expect(answer.text).not.toContain(house.desk.workspaceDir);
  });
});

describe('training', () => {
  it('answers S3 with the whole result and S2 at once with the same schema', async () => {
    const whole = await house.post('/train', { model_id: MODEL });
    expect(whole.status).toBe(200);
    expect(whole.json).toMatchObject({
      status: 'completed',
      classes: ['DOWN', 'FLAT', 'UP'],
      features: FEATURES,
      model_out_uri: `artifacts/${MODEL}/logit.json`,
      metrics: { source: 'purged_cv_oof', rows: 1255, baseline: { accuracy: expect.any(Number) } },
    });
    expect(Object.keys(whole.json.metrics.per_class)).toEqual(expect.arrayContaining(['UP', 'DOWN']));
    const short = await house.post('/train', { model_id: MODEL, config: { seed: 7 }, calibration: null });
    expect(short.status).toBe(200);
    expect(['queued', 'running']).toContain(short.json.status);
    expect(Object.keys(short.json).sort()).toEqual(expect.arrayContaining(['job_id', 'metrics', 'model_id', 'status']));
    const done = await house.desk.queue.waitFor(short.json.job_id, 60_000);
    expect(done.status).toBe('completed');
    const read = await house.get(`/train/jobs/${short.json.job_id}`);
    expect(read.json).toMatchObject({ status: 'completed', calibration: 'none', model_sha: expect.any(String) });
    expect((await house.get(`/training_runs?model_id=${MODEL}`)).json.total).toBeGreaterThanOrEqual(2);
  });

  it('finds a finished training again when asked to', async () => {
    const body = { model_id: MODEL, config: { seed: 11 }, wait: 60, reuse: true };
    const [first, again] = [await house.post('/train', body), await house.post('/train', body)];
    expect(again.json.job_id).toBe(first.json.job_id);
  });

  it.each([
    [{ model_id: 'nobody' }, 'NOT_FOUND'],
    [{ matrix_sha: 'deadbeef' }, 'NOT_FOUND'],
    [{ matrix_sha: 'xyz' }, 'INVALID_PARAMETER'],
    [{ csv: '../x.csv' }, 'PATH_NOT_ALLOWED'],
    [{ splits: 1 }, 'INVALID_PARAMETER'],
    [{ config: { learning_rate: 5 } }, 'INVALID_PARAMETER'],
    [{ calibration: 'magic' }, 'INVALID_PARAMETER'],
    [{ features: ['y'], wait: 30 }, 'INVALID_PARAMETER'],
    [{ target: 'nothing', wait: 30 }, 'NO_TARGET'],
    [{ start: '2018-04-01', wait: 30 }, 'INSUFFICIENT_DATA'],
    [{ from_backtest: 'bt_nothing' }, 'NOT_FOUND'],
  ])('refuses %j', async (change, wanted) => {
    expect(code(await house.post('/train', { model_id: MODEL, ...change }))).toBe(wanted);
  });
});

const TESTED = { model_id: MODEL, thresholds: [0.4, 0.5], splits: 4, embargo: 0.01 };

describe('a backtest', () => {
  it('is the same whether waited for, polled, or a member of a sweep, and again byte for byte', async () => {
    const sync = await house.post('/backtest', TESTED);
    expect(sync.status).toBe(200);
    expect(sync.json).toMatchObject({
      status: 'completed',
      config: { kind: 'thresholds', thresholds: [0.4, 0.5], splits: 4 },
      result: { cv: { scheme: 'purged_kfold', splits: 4 }, skipped_folds: [] },
      best_sharpe_hourly: expect.any(Number),
      gate: { pass: expect.any(Boolean), reasons: expect.any(Array), checks: expect.any(Array) },
    });
    expect(sync.json.result.threshold_results).toHaveLength(4);
    expect(sync.json.result.equity).toHaveLength(sync.json.metrics.bars);
    const prefer = await house.post('/backtest', TESTED, { prefer: 'respond-async' });
    expect([prefer.status, prefer.headers['preference-applied']]).toEqual([202, 'respond-async']);
    expect(prefer.headers['location']).toBe(`/jobs/${prefer.json.job_id}`);
    await house.desk.queue.waitFor(prefer.json.job_id, 60_000);
    const polled = await house.get(`/backtests/${prefer.json.backtest_id}`);
    // Both were judged by the same two trials, so not only the numbers but the files are one.
    expect(polled.json.result_sha).toBe(sync.json.result_sha);
    const swept = await house.post('/backtest_sweep', {
      model_id: MODEL,
      thresholds_variants: ['0.40,0.50', '0.45'],
      splits: 4,
      embargo: 0.01,
    });
    expect([swept.status, swept.json.total_configs, swept.json.status]).toEqual([200, 2, 'completed']);
    const member = swept.json.runs.find((run: { thresholds: string }) => run.thresholds === '0.4,0.5');
    const read = await house.get(`/backtests/${member.backtest_id}`);
    expect(read.json.result).toEqual(sync.json.result);
    const { dsr: _, trials: __, ...numbers } = sync.json.metrics;
    expect(read.json.metrics).toMatchObject(numbers);
    expect(read.json.metrics.trials).toBeGreaterThan(sync.json.metrics.trials);
    expect(swept.json.tag).toBe('sweep');
  });

  it('speaks S2: at once with nulls, then whole under its id or number', async () => {
    const short = await house.post('/backtest', {
      model_id: MODEL,
      config: { kind: 'thr', value: 0.45, splits: 4, allowed_hours: [13, 14] },
    });
    expect(short.status).toBe(200);
    expect(short.json).toMatchObject({ metrics: null, result: null });
    await house.desk.queue.waitFor(short.json.job_id, 60_000);
    const whole = await house.get(`/backtests/bt_${short.json.id}`);
    expect(whole.json).toMatchObject({ backtest_id: short.json.backtest_id, status: 'completed' });
    expect(whole.json.config).toMatchObject({ thresholds: [0.45], allowed_hours: [13, 14] });
    expect(whole.json.warnings.join()).toContain('allowed_hours');
    const strict = await house.get(`/backtests/${short.json.id}?risk_profile=conservative`);
    const limitOf = (answer: typeof strict) =>
      answer.json.gate.checks.find((check: { code: string }) => check.code === 'sharpe_below_min').limit;
    expect([limitOf(whole), limitOf(strict)]).toEqual([1, 1.2]);
  });

  it('is a Stage1 run with its folds, predictions and trades', async () => {
    const { json } = await house.post('/backtest', { ...TESTED, tag: 'stage1', reuse: true });
    expect(json.stage1_run_id).toBe(json.backtest_id);
    const run = await getRun(house.desk, json.stage1_run_id);
    expect(run.folds).toHaveLength(4);
    expect(run.predictionMeasurement).toBe(`wf_${json.backtest_id}`);
    const predictions = await house.desk.measurements.readDoubles(run.predictionMeasurement);
    expect(predictions.rows).toBe(json.metrics.bars);
    expect(predictions.timestampUs[0]! % 86_400_000_000).toBe(0);
    const trades = await getTrades(house.desk, `${json.backtest_id}_sim`, { limit: 1000, offset: 0 });
    expect(trades.total).toBe(json.metrics.trades);
    const again = await house.post('/backtest', { ...TESTED, tag: 'stage1', reuse: true });
    expect(again.json.backtest_id).toBe(json.backtest_id);
  });

  it('counts every threshold ever tried, saved or not, each once', async () => {
    await makeModel(house, 'AAPL_equity_5d_daily_counted');
    await house.post('/build_matrix', { model_id: 'AAPL_equity_5d_daily_counted', ...AAPL_RANGE });
    const run = (thresholds: number[], save = true) =>
      house.post('/backtest', { model_id: 'AAPL_equity_5d_daily_counted', thresholds, splits: 4, save });
    expect((await run([0.4, 0.5])).json.trials).toBe(2);
    expect((await run([0.5, 0.6], false)).json.trials).toBe(3);
    expect((await run([0.4])).json.trials).toBe(3);
  });

  it('that is not saved can be read but is on no leaderboard', async () => {
    const { json } = await house.post('/backtest', { ...TESTED, save: false, tag: 'unsaved' });
    expect(json).toMatchObject({ status: 'completed', stage1_run_id: null, result_sha: null });
    expect((await house.get(`/backtests/${json.backtest_id}`)).json.result.equity.length).toBeGreaterThan(0);
    expect((await house.get('/leaderboard?tag=unsaved')).json.total).toBe(0);
  });

  it('on a file of the caller gets its quality checked and belongs to it', async () => {
    const csv = await readFile(join(house.desk.workspaceDir, `matrices/${MODEL}/training_matrix_built.csv`), 'utf8');
    await writeFile(join(house.desk.workspaceDir, 'own.csv'), csv.split('\n').slice(0, 700).join('\n'));
    const { status, json } = await house.post('/backtest', { ...TESTED, csv: 'own.csv', features: FEATURES });
    expect([status, json.status]).toEqual([200, 'completed']);
    expect(json.matrix_sha).toMatch(/^[0-9a-f]{64}$/);
    expect(json.qa).toMatchObject({ monotonic_time: { ok: true } });
  });

  it('that fails its gate is not trained without a signature', async () => {
    const { json } = await house.post('/backtest', { ...TESTED, reuse: true });
    expect(json.gate.pass).toBe(false);
    const body = { model_id: MODEL, from_backtest: json.backtest_id };
    const refused = await house.post('/train', body);
    expect([code(refused), refused.json.error.details.reasons]).toEqual(['GATE_FAILED', json.gate.reasons]);
    expect((await house.post('/train', { ...body, override: true, tag: 'signed' })).status).toBe(200);
  });

  it.each([
    [{ thresholds: [1.5] }, 'INVALID_PARAMETER', 'thresholds'],
    [{ thresholds: '0.5,x' }, 'INVALID_PARAMETER', 'thresholds'],
    [{ thresholds: [0.5], config: { threshold: 0.6 } }, 'CONFLICTING_PARAMETERS', 'thresholds'],
    [{ embargo: 0.5 }, 'INVALID_PARAMETER', 'embargo'],
    [{ splits: 21 }, 'INVALID_PARAMETER', 'splits'],
    [{ top_pct: 0 }, 'INVALID_PARAMETER', 'top_pct'],
    [{ allowed_hours: [25] }, 'INVALID_PARAMETER', 'allowed_hours'],
    [{ per_hour_select_by: 'luck' }, 'INVALID_PARAMETER', 'per_hour_select_by'],
    [{ cv_scheme: 'shuffle' }, 'INVALID_PARAMETER', 'cv_scheme'],
    [{ momentum_gate: true }, 'INVALID_PARAMETER', 'momentum_column'],
    [{ risk_profile: 'wild' }, 'INVALID_PARAMETER', 'risk_profile'],
    [{ model_id: 'spy_eq_swing_daily' }, 'MATRIX_NOT_BUILT', undefined],
    [{ wait: 9999 }, 'INVALID_PARAMETER', 'wait'],
  ])('refuses %j', async (change, wanted, field) => {
    const answer = await house.post('/backtest', { ...TESTED, ...change });
    expect([code(answer), answer.json.error.details.field]).toEqual([wanted, field]);
  });
});

describe('a crowd of backtests', () => {
  it('is refused to who waits and queued for who does not', async () => {
    const free = await openSigmaHouse({ settings: { localTier: 'free' }, isIdle: true });
    await free.post('/data/bars', aaplBars());
    await makeModel(free);
    await writeFile(join(free.desk.workspaceDir, 'own.csv'), 'date,y,rsi_14\n2018-01-02,UP,1\n');
    const ask = (thresholds: number[], headers?: Record<string, string>) =>
      free.post('/backtest', { model_id: MODEL, csv: 'own.csv', thresholds }, headers);
    expect((await ask([0.4], { prefer: 'respond-async' })).status).toBe(202);
    const waiting = await ask([0.5]);
    expect([waiting.status, code(waiting)]).toEqual([429, 'CONCURRENCY_LIMIT']);
    expect(waiting.headers['retry-after']).toBeDefined();
    const queued = await ask([0.6], { prefer: 'respond-async' });
    expect([queued.status, queued.json.queue_position]).toEqual([202, 2]);
    const twin = await ask([0.6], { prefer: 'respond-async' });
    expect(twin.json.job_id).toBe(queued.json.job_id);
  });
});

describe('a sweep', () => {
  it('of 24 on real prices is done in seconds, each run answering for all', async () => {
    const startedMs = performance.now();
    const { status, json } = await house.post('/backtest_sweep', {
      model_id: MODEL,
      sweep: { thresholds: [0.35, 0.4, 0.45, 0.5, 0.55, 0.6], top_pct: [5, 10, 20, 50] },
      tag: 'twenty-four',
      wait: 100,
    });
    expect([status, json.total_configs, json.count, json.progress]).toEqual([200, 24, 24, 100]);
    // Seconds on an idle machine; the bound leaves room for a busy one.
    expect(performance.now() - startedMs).toBeLessThan(60_000);
    expect(json.runs).toHaveLength(10);
    expect(json.runs[0]).toMatchObject({
      kind: 'both',
      top_pct: expect.any(Number),
      gate: { pass: expect.any(Boolean) },
    });
    expect(json.pbo).toBeGreaterThanOrEqual(0);
    expect(new Set(json.runs.map((run: { metrics: { trials: number } }) => run.metrics.trials)).size).toBe(1);
    const read = await house.get(`/sweeps/${json.id}?limit=5`);
    expect(read.json).toMatchObject({ sweep: { sweep_id: json.sweep_id, status: 'completed' }, total: 24 });
    expect(read.json.results[0].params).toMatchObject({ thresholds: [0.35], top_pct: 0.05 });
    expect((await house.get(`/sweeps/${json.sweep_id}/results?offset=20`)).json.results).toHaveLength(4);
    expect((await house.get(`/sweeps/${json.sweep_id}/status`)).json.progress).toBe(100);
    expect((await house.get('/sweeps?tag=twenty-four')).json.total).toBe(1);
    const report = JSON.parse(await readFile(join(house.desk.workspaceDir, json.report_path), 'utf8'));
    expect(report.runs).toHaveLength(24);
    expect((await house.get('/leaderboard?tag=twenty-four')).json.total).toBe(24);
  });

  it.each([
    [
      {
        sweep: {
          thresholds: Array.from({ length: 30 }, (_, i) => 0.3 + i / 100),
          top_pct: Array.from({ length: 20 }, (_, i) => i + 1),
        },
      },
    ],
    [{ sweep: { thresholds: ['x'] } }],
    [{ sweep: { thresholds: 0.5 } }],
    [{ thresholds_variants: ['0.5', 'abc'] }],
    [{ top_pct_variants: [0] }],
    [{ allowed_hours_variants: ['13,99'] }],
  ])('refuses %j', async (change) => {
    expect(code(await house.post('/backtest_sweep', { model_id: MODEL, ...change }))).toBe('INVALID_PARAMETER');
    expect(code(await house.get('/sweeps/sweep_nothing'))).toBe('NOT_FOUND');
  });
});

describe('the leaderboard', () => {
  it('ranks over all pages, flattened for the old page, with gate, trials and lineage', async () => {
    const { json } = await house.get('/leaderboard?sort_by=sharpe&limit=3');
    const next = await house.get('/leaderboard?sort_by=sharpe&limit=3&offset=3');
    expect(json.rows).toEqual(json.items);
    expect([...json.items, ...next.json.items].map(({ rank }: { rank: number }) => rank)).toEqual([1, 2, 3, 4, 5, 6]);
    const sharpes = json.items.map(({ sharpe }: { sharpe: number }) => sharpe);
    expect(sharpes).toEqual([...sharpes].sort((a, b) => b - a));
    expect(json.items[0]).toMatchObject({
      metrics: { sharpe: sharpes[0], trials: expect.any(Number) },
      lineage: { matrix_sha: expect.any(String), run_sha: expect.any(String) },
      config: { splits: expect.any(Number) },
    });
    const worst = await house.get('/leaderboard?order_by=sharpe&order=asc&limit=1');
    expect(worst.json.items[0].sharpe).toBeLessThanOrEqual(sharpes[2]);
  });

  it('filters before it pages, and refuses what it cannot sort by', async () => {
    const passing = await house.get('/leaderboard?pass_gate=true');
    expect(passing.json.items.every(({ gate }: { gate: { pass: boolean } }) => gate.pass)).toBe(true);
    expect((await house.get('/leaderboard?model_id=nobody')).json.total).toBe(0);
    expect((await house.get('/leaderboard?start=2100-01-01')).status).toBe(400);
    expect(code(await house.get('/leaderboard?sort_by=luck'))).toBe('INVALID_PARAMETER');
  });
});

describe('proof', () => {
  it('makes a backtest again from its bars, and a model, byte for byte', async () => {
    const { json } = await house.post('/backtest', { ...TESTED, reuse: true });
    const proved = await house.verify(json.result_sha);
    expect(proved.ok).toBe(true);
    expect(proved.steps.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      'bars source',
      'matrix same',
      'backtest same',
    ]);
    const model = await house.post('/train', { model_id: MODEL, reuse: true });
    expect((await house.verify(model.json.model_sha)).ok).toBe(true);
  });

  it('sees a flipped byte', async () => {
    const { json } = await house.post('/backtest', { ...TESTED, slippage_bps: 3, wait: 60 });
    const path = await house.desk.artifacts.pathOf(json.result_sha);
    const { chmod } = await import('node:fs/promises');
    await chmod(path, 0o644);
    const bytes = await readFile(path);
    bytes[100]! ^= 1;
    await writeFile(path, bytes);
    await expect(house.verify(json.result_sha)).rejects.toMatchObject({ code: 'artifact_damaged' });
  });

  // A second house, on one thread: five seconds of a processor, which a busy machine gives in half a minute.
  it('finds the same bytes with one compute thread', { timeout: 120_000 }, async () => {
    const alone = await openSigmaHouse({ workers: 1 });
    await alone.post('/data/bars', aaplBars());
    await makeModel(alone);
    const matrix = await alone.post('/build_matrix', { model_id: MODEL, ...AAPL_RANGE });
    const [model, result] = [await alone.post('/train', { model_id: MODEL }), await alone.post('/backtest', TESTED)];
    const two = await house.post('/build_matrix', { model_id: MODEL, ...AAPL_RANGE });
    expect(matrix.json.sha256).toBe(two.json.sha256);
    expect(model.json.model_sha).toBe((await house.post('/train', { model_id: MODEL, reuse: true })).json.model_sha);
    const same = await house.post('/backtest', { ...TESTED, reuse: true });
    expect(result.json.result).toEqual(same.json.result);
  });
});
