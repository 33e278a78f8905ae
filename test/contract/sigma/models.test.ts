import { beforeAll, describe, expect, it } from 'vitest';
import { callableRoutes, checkRoute, type Dialect, nameOf } from '../check-route.js';
import { openSigmaHouse, type SigmaHouse } from './sigma-house.js';

let house: SigmaHouse;
beforeAll(async () => {
  house = await openSigmaHouse();
});

const code = (answer: { json: { error?: { code: string } } }) => answer.json?.error?.code;

describe('packs', () => {
  it('are the five that ship, under the names of both seeds', async () => {
    const { json } = await house.get('/packs');
    expect(json.packs.map(({ id }: { id: string }) => id)).toEqual([
      'longsigma',
      'momentumsigma',
      'overnightsigma',
      'swingsigma',
      'zerosigma',
    ]);
    expect(json.items).toEqual(json.packs);
    expect(json).toMatchObject({ ok: true, total: 5, count: 5, next_offset: 5, has_more: false });
    expect(json.packs[3]).toMatchObject({ pack_id: 'swingsigma', meta: { name: 'SwingSigma' } });
    expect(json.packs[3].models_count).toBeGreaterThan(0);
  });

  it('show their sets, templates, models and risk profiles', async () => {
    const { json } = await house.get('/api/packs/swingsigma');
    expect(json.pack.indicator_sets).toContainEqual({ name: 'swing_eq_default', version: 1, scope: 'pack' });
    expect(json.pack.templates.map((one: { template_id: string }) => one.template_id)).toContain('swingsigma_default');
    expect(json.pack.models).toContain('spy_eq_swing_daily');
    expect(json.pack.risk_profiles.balanced).toMatchObject({ max_drawdown_pct: 0.25, min_sharpe: 1, min_dsr: 0.9 });
    expect(json.pack.pack_sha).toMatch(/^[0-9a-f]{64}$/);
    expect(code(await house.get('/packs/nothing'))).toBe('NOT_FOUND');
  });

  it('give the published templates that must exist', async () => {
    const { json } = await house.get('/model_templates');
    const ids = json.templates.map((one: { template_id: string }) => one.template_id);
    for (const id of [
      ...['zerosigma_default', 'swingsigma_default', 'longsigma_default', 'overnightsigma_default'],
      ...['momentumsigma_default', 'zerosigma_starter_v1', 'swing_momentum_daily_v1', 'spy_opt_0dte_hourly'],
      ...['spy_eq_swing_daily', 'qqq_opt_0dte_hourly', 'universe_eq_swing_scanner', 'spy_eq_long_weekly'],
      'overnight_eq_gap',
    ])
      expect(ids).toContain(id);
    const ofPack = await house.get('/packs/zerosigma/templates');
    expect(ofPack.json.templates.every(({ pack }: { pack: string }) => pack === 'zerosigma')).toBe(true);
  });

  it('list indicator sets with their members, or without when not expanded', async () => {
    const full = await house.get('/packs/swingsigma/indicator_sets');
    const set = full.json.indicator_sets.find((one: { name: string }) => one.name === 'swing_eq_default');
    expect(set.indicators[0]).toEqual({ name: 'rsi', period: 14, column: 'close' });
    const short = await house.get('/packs/swingsigma/indicator_sets?expand=false');
    expect(short.json.indicator_sets[0]).not.toHaveProperty('indicators');
  });

  it('are read from files once: loading again changes nothing', async () => {
    const { loadPacks } = await import('#services/strategy/pack.service.js');
    expect(await loadPacks(house.desk, 'packs')).toEqual([]);
  });
});

describe('indicators', () => {
  it('are as many as the status counts, sorted, and grouped on request', async () => {
    const { json } = await house.get('/indicators');
    const status = (await house.get('/indicators/status')).json;
    expect(json.indicators).toHaveLength(status.count);
    expect(status).toMatchObject({ ok: true, status: 'degraded', by_requirement: { chain: { available: false } } });
    const grouped = (await house.get('/indicators?group=true')).json;
    expect(
      Object.values(grouped.groups)
        .flatMap((sub) => Object.values(sub as object))
        .flat(),
    ).toHaveLength(status.count);
  });
});

describe('models from a template (S2)', () => {
  it('are named after the template and the ticker, and a second of the name gets its own id', async () => {
    const body = { template_id: 'zerosigma_default', name: 'My TSLA', config: { ticker: 'TSLA' } };
    const first = await house.post('/models', body);
    expect(first.status).toBe(201);
    expect(first.json).toMatchObject({
      model_id: 'TSLA_options_0d_intraday',
      id: 'TSLA_options_0d_intraday',
      pack_id: 'zerosigma',
      status: 'created',
      template_version: 1,
      risk_profile: 'Balanced',
    });
    const second = await house.post('/models', body);
    expect(second.json.model_id).toBe('TSLA_options_0d_intraday_my_tsla');
    expect((await house.post('/models', body)).json.model_id).toBe('TSLA_options_0d_intraday_my_tsla_2');
  });

  it('take a name that reads as an id for the id; the same again is the same model', async () => {
    const body = { template_id: 'swingsigma_default', name: 'MSFT_equity_5d_daily', config: { ticker: 'MSFT' } };
    expect((await house.post('/models', body)).status).toBe(201);
    const again = await house.post('/models', body);
    expect([again.status, again.json.status]).toEqual([200, 'exists']);
    const other = await house.post('/models', { ...body, risk_profile: 'Aggressive' });
    expect([other.status, code(other)]).toEqual([409, 'CONFLICT']);
  });

  it('echo indicators as given and show what they mean', async () => {
    const created = await house.post('/models', {
      template_id: 'swingsigma_default',
      name: 'named',
      config: { ticker: 'NFLX', indicators: ['RSI', 'MACD', 'BB'] },
    });
    const { json } = await house.get(`/models/${created.json.model_id.toLowerCase()}`);
    expect(json.config.indicators).toEqual(['RSI', 'MACD', 'BB']);
    expect(json.config.indicators_resolved).toEqual([
      { name: 'rsi', column: 'close', period: 14 },
      { name: 'macd', column: 'close', fast: 12, slow: 26, signal: 9 },
      { name: 'bollinger_bands', column: 'close', window: 20, num_std: 2 },
    ]);
    expect(json.model_id).toBe(created.json.model_id);
    expect(json.lineage).toMatchObject({ template_id: 'swingsigma_default', risk_profile: 'Balanced' });
    expect(json.policy.execution.slippage_bps).toBe(1);
  });

  it('refuse unknown indicators with suggestions, unknown templates, and a missing name', async () => {
    const body = { template_id: 'swingsigma_default', name: 'x', config: { ticker: 'IBM', indicators: ['RSJ'] } };
    const unknown = await house.post('/models', body);
    expect(unknown.json.error).toMatchObject({ code: 'INVALID_PARAMETER', details: { unknown: ['RSJ'] } });
    expect(unknown.json.error.details.suggestions.length).toBeGreaterThan(0);
    const missing = await house.post('/models', { ...body, template_id: 'nope' });
    expect([missing.status, code(missing)]).toEqual([404, 'NOT_FOUND']);
    const nameless = await house.post('/models', { template_id: 'swingsigma_default' });
    expect(nameless.json.error.details).toEqual({ field: 'name', reason: 'Field required' });
  });
});

describe('models from their parts (S3)', () => {
  const body = { ticker: 'qqq', asset_type: 'stock', horizon: 'swing', cadence: 'daily', algo: 'logit' };

  it('have lower-case ids without the algorithm, in the pack their horizon means', async () => {
    const { status, json } = await house.post('/models', body);
    expect(status).toBe(201);
    expect(json).toMatchObject({
      model_id: 'qqq_eq_swing_daily',
      pack_id: 'swingsigma',
      message: 'created',
      paths: { config: 'packs/swingsigma/model_configs/qqq_eq_swing_daily.yaml' },
    });
    expect((await house.post('/models', body)).json.status).toBe('exists');
    const changed = await house.post('/models', { ...body, algo: 'gbm' });
    expect([changed.status, changed.json.error.details.differs]).toEqual([409, ['algo']]);
    const over = await house.post('/models', { ...body, algo: 'gbm', overwrite: true });
    expect([over.status, over.json.status]).toEqual([201, 'created']);
    expect((await house.get('/models/qqq_eq_swing_daily')).json.config.model).toBe('gbm');
  });

  it.each([
    [{ ...body, cadence: 'yearly' }, 'cadence'],
    [{ ...body, algo: 'magic' }, 'algo'],
    [{ ...body, horizon: 'soon' }, 'horizon'],
    [{ ...body, ticker: '../etc' }, 'ticker'],
    [{ ...body, asset_type: 'bond' }, 'asset_type'],
    [{ ...body, ticker: 5 }, 'ticker'],
  ])('refuse %j', async (bad, field) => {
    const { status, json } = await house.post('/models', bad);
    expect([status, json.error.code, json.error.details.field]).toEqual([400, 'INVALID_PARAMETER', field]);
    expect(json).toMatchObject({ ok: false, request_id: expect.any(String), message: json.error.message });
  });

  it('name unknown keys in warnings', async () => {
    const { json } = await house.post('/models', { ...body, ticker: 'DIA', colour: 'red' });
    expect(json.warnings).toEqual(["Unknown key 'colour' was ignored"]);
  });

  it('are made once under an Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'one' };
    const send = (ticker: string) =>
      house.post('/models', { template_id: 'swingsigma_default', name: 'idem', config: { ticker } }, headers);
    const [first, again] = [await send('IDEM'), await send('IDEM')];
    expect(again.json).toEqual(first.json);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect((await send('OTHR')).status).toBe(409);
  });
});

describe('the list of models', () => {
  it('pages, filters by pack and text, and calls all matches its count', async () => {
    const { json } = await house.get('/models?pack_id=swingsigma&limit=2');
    expect(json.models).toHaveLength(2);
    expect(json.count).toBe(json.total);
    expect(json).toMatchObject({ limit: 2, offset: 0, next_offset: 2, has_more: true });
    expect((await house.get('/models?q=breakout_scanner')).json.total).toBe(1);
    expect((await house.get('/models?model_id=SPY_EQ_SWING_DAILY')).json.items[0].id).toBe('spy_eq_swing_daily');
    expect((await house.get('/models?limit=abc')).status).toBe(400);
  });
});

describe('changing a model', () => {
  it('merges one level, deletes by null, tells what must be rebuilt, and honours If-Match', async () => {
    await house.post('/models', { ticker: 'pat', asset_type: 'eq', horizon: '5d', cadence: 'daily', algo: 'logit' });
    const path = '/models/pat_eq_5d_daily';
    const first = await house.patch(path, { config: { thresholds: { entry: 0.6, exit: 0.4 }, note: 'x' } });
    expect(first.json).toMatchObject({ rebuild_required: false, config: { thresholds: { entry: 0.6, exit: 0.4 } } });
    const second = await house.patch(
      path,
      { config: { thresholds: { exit: 0.5 }, note: null, labels: { kind: 'fwd_ret_3d' } } },
      { 'if-match': first.json.config_sha },
    );
    expect(second.json).toMatchObject({ rebuild_required: true, previous_config_sha: first.json.config_sha });
    expect(second.json.config.thresholds).toEqual({ entry: 0.6, exit: 0.5 });
    expect(second.json.config).not.toHaveProperty('note');
    const stale = await house.patch(path, { config: { x: 1 } }, { 'if-match': first.json.config_sha });
    expect([stale.status, code(stale)]).toEqual([409, 'CONFLICT']);
    const renamed = await house.patch(path, { config: { model_id: 'other' } });
    expect(renamed.status).toBe(400);
    const broken = await house.patch(path, { config: { thresholds: { entry: 2 }, cadence: 'never' } });
    expect(broken.json.error.details.field_errors.length).toBe(2);
  });
});

describe('policies', () => {
  it('are explained with their gaps filled', async () => {
    await house.post('/models', { ticker: 'pol', asset_type: 'eq', horizon: 'swing', cadence: 'daily' });
    const { json } = await house.get('/policy/explain?model_id=pol_eq_swing_daily');
    expect(json).toMatchObject({ ok: true, schema_ok: true, risk_profile: 'balanced', policy_version: 1 });
    expect(json.notes).toContain('Stops at 1.5 x ATR(14), targets at 3.0 x ATR: reward/risk 2.0.');
    expect(json.execution_effective.options.selection.target_delta).toBe(0.35);
  });

  it('of nobody are a verdict with status 200', async () => {
    const { status, json } = await house.get('/validate_policy?model_id=nobody');
    expect(status).toBe(200);
    expect(json).toMatchObject({ ok: false, policy: null, schema_errors: ['policy not found: nobody'] });
    expect((await house.get('/policy/explain')).status).toBe(400);
  });
});

describe('mounts and sign-in', () => {
  it('are open at the root of a loopback install and closed at /api/v1', async () => {
    expect((await house.get('/models')).status).toBe(200);
    expect((await house.get('/api/models')).status).toBe(200);
    const closed = await house.get('/api/v1/models');
    expect([closed.status, code(closed)]).toEqual([401, 'UNAUTHORIZED']);
    expect((await house.get('/api/v1/health')).status).toBe(200);
  });
});

describe('health', () => {
  it('answers for its parts, and for a ticker, pack and model when asked', async () => {
    expect((await house.get('/health')).json).toMatchObject({ ok: true, status: 'healthy', deps: { db: 'ok' } });
    const { json } = await house.get('/healthz');
    expect(json).toMatchObject({
      status: 'healthy',
      components: { database: 'healthy', polygon_api: 'not_configured' },
    });
    const asked = await house.get('/healthz?ticker=ZZZ&pack_id=swingsigma&model_id=nobody');
    expect(asked.json).toMatchObject({
      ticker: { symbol: 'ZZZ', status: 'unknown' },
      pack: { id: 'swingsigma', status: 'healthy', active_signals: 0 },
      model: { status: 'unknown', performance: 'no_data' },
    });
    expect((await house.get('/')).json.endpoints).toContain('POST /backtest');
  });
});

describe('every route', () => {
  const dialect: Dialect = {
    unreadable: 400,
    expectFailure({ body, contentType, requestId }) {
      expect(contentType).toContain('application/json');
      expect(body).toMatchObject({
        ok: false,
        error: { code: expect.any(String), message: expect.any(String), details: expect.any(Object) },
        request_id: requestId,
      });
    },
  };

  it('says failures in the dialect and never breaks', async () => {
    const routes = callableRoutes(house.app);
    expect(routes.map(nameOf)).toContain('POST /backtest_sweep');
    for (const route of routes) await checkRoute(house.app, route, dialect);
  });
});
