import { beforeAll, describe, expect, it } from 'vitest';
import { openStage1House, type Stage1House } from './stage1-house.js';

let house: Stage1House;
beforeAll(async () => {
  house = await openStage1House();
});

const CREATED = { success: true, message: 'Dataset created successfully' };

describe('health', () => {
  it('says alive, ready, and how long', async () => {
    expect((await house.get('/healthz')).json).toEqual({ status: 'ok' });
    expect((await house.get('/readyz')).json).toEqual({ status: 'ready' });
    const { json } = await house.get('/api/health');
    expect(json.status).toBe('healthy');
    expect(json.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Number.isInteger(json.uptime)).toBe(true);
    expect(json.components.timeseries.backend).toBe('embedded');
  });
});

describe('datasets', () => {
  it('are created with defaults and come back bare', async () => {
    const posted = await house.post('/api/datasets', { dataset_slug: 'btc/usdt 1m', symbol: 'BTC', granularity: '1m' });
    expect(posted.status).toBe(201);
    expect(posted.json).toMatchObject({ ...CREATED, created: true });
    const { json } = await house.get(`/api/datasets/${posted.json.dataset_id}`);
    expect(json).toEqual({
      dataset_id: posted.json.dataset_id,
      dataset_slug: 'btc/usdt 1m',
      symbol: 'BTC',
      granularity: '1m',
      source: '',
      ohlcv_measurement: 'btc_usdt_1m_ohlcv',
      indicator_measurement: 'btc_usdt_1m_ind',
      ohlcv_row_count: 0,
      indicator_row_count: 0,
      ohlcv_first_ts: null,
      ohlcv_last_ts: null,
      indicator_first_ts: null,
      indicator_last_ts: null,
      metadata: {},
      bar_interval_ms: 60000,
      lookback_rows: 0,
      first_ohlcv_ts: 0,
      first_indicator_ts: 0,
      run_count: 0,
      simulation_count: 0,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      updated_at: expect.stringMatching(/Z$/),
    });
  });

  it('are updated by slug: what is left out stays, metadata is merged', async () => {
    const first = { dataset_slug: 'up', symbol: 'AA', granularity: '1h', metadata: { a: 1, b: { c: 2 } } };
    const { json: created } = await house.post('/api/datasets', first);
    const again = await house.post('/api/datasets', { dataset_slug: 'up', source: 'x', metadata: '{"b":3,"d":[6]}' });
    expect(again.status).toBe(201);
    expect(again.json).toEqual({
      success: true,
      message: 'Dataset updated successfully',
      dataset_id: created.dataset_id,
      created: false,
    });
    const { json } = await house.get('/api/datasets/up');
    expect(json).toMatchObject({ symbol: 'AA', granularity: '1h', source: 'x', metadata: { a: 1, b: 3, d: [6] } });
  });

  it('keep one slug for one id', async () => {
    await house.post('/api/datasets', { dataset_slug: 'mine', dataset_id: 'id-1' });
    const other = await house.post('/api/datasets', { dataset_slug: 'mine', dataset_id: 'id-2' });
    expect([other.status, other.json.error]).toEqual([409, 'dataset_slug already in use']);
    const renamed = await house.post('/api/datasets', { dataset_slug: 'renamed', dataset_id: 'id-1' });
    expect(renamed.json).toMatchObject({ created: false, dataset_id: 'id-1' });
    expect((await house.get('/api/datasets/id-1')).json.dataset_slug).toBe('renamed');
  });

  it('survive five equal posts at once as one dataset', async () => {
    const posts = await Promise.all(
      Array.from({ length: 5 }, () => house.post('/api/datasets', { dataset_slug: 'five' })),
    );
    expect(posts.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(posts.map(({ json }) => json.dataset_id)).size).toBe(1);
    expect(posts.filter(({ json }) => json.created)).toHaveLength(1);
  });

  it('take counts and bounds from what was declared, in any unit, until the measurement exists', async () => {
    await house.post('/api/datasets', {
      dataset_slug: 'declared',
      granularity: '5m',
      indicator_row_count: 90,
      ohlcv_last_ts: 1_700_000_300,
      first_indicator_ts: 1_700_000_100_000,
      metadata: { ohlcv_rows: 100, first_ohlcv_timestamp_ms: 1_700_000_000_000 },
    });
    const { json } = await house.get('/api/datasets/declared');
    expect(json).toMatchObject({
      ohlcv_row_count: 100,
      indicator_row_count: 90,
      lookback_rows: 10,
      ohlcv_first_ts: 1_700_000_000_000_000,
      ohlcv_last_ts: 1_700_000_300_000_000,
      first_ohlcv_ts: 1_700_000_000_000,
      indicator_first_ts: 1_700_000_100_000_000,
      first_indicator_ts: 1_700_000_100_000,
      bar_interval_ms: 300_000,
      metadata: { ohlcv_rows: 100, first_ohlcv_timestamp_ms: 1_700_000_000_000 },
    });
  });

  it('are listed newest first with count, total, limit and offset', async () => {
    for (const slug of ['list-a', 'list-b', 'list_c']) await house.dataset(slug, { symbol: 'LIST' });
    const { json } = await house.get('/api/datasets?symbol=LIST&limit=2&offset=0');
    expect(json).toMatchObject({ count: 2, total: 3, limit: 2, offset: 0 });
    expect(json.datasets.map((each: { dataset_slug: string }) => each.dataset_slug)).toEqual(['list_c', 'list-b']);
    const found = await house.get('/api/datasets?search=t_C');
    expect(found.json.datasets.map((each: { dataset_slug: string }) => each.dataset_slug)).toEqual(['list_c']);
  });

  it('are deleted only without runs, or with them on request', async () => {
    const id = await house.dataset('gone');
    await house.post('/api/runs', { run_id: 'gone-run', dataset_id: id });
    await house.post('/api/simulations', { simulation_id: 'gone-sim', run_id: 'gone-run' });
    expect((await house.delete('/api/datasets/gone')).status).toBe(409);
    const { status, json } = await house.delete('/api/datasets/gone?cascade=true');
    expect([status, json.success]).toEqual([200, true]);
    expect((await house.get('/api/simulations/gone-sim')).status).toBe(404);
    expect((await house.get('/api/runs/gone-run')).status).toBe(404);
    expect((await house.get('/api/datasets/gone')).json).toEqual({ error: 'Dataset not found' });
  });

  it('answer an unknown id with 404, for their runs as well', async () => {
    for (const path of ['', '/runs', '/ohlcv', '/indicators', '/manifest', '/index_map']) {
      const { status, json } = await house.get(`/api/datasets/nope${path}`);
      expect([path, status, json]).toEqual([path, 404, { error: 'Dataset not found' }]);
    }
  });

  it.each([
    [{}, "Missing 'dataset_slug' parameter"],
    [{ dataset_slug: 5 }, "Invalid 'dataset_slug' parameter"],
    [{ dataset_slug: '' }, "Invalid 'dataset_slug' parameter"],
    [{ dataset_slug: 'x', dataset_id: 'a b' }, "Invalid 'dataset_id' parameter"],
    [{ dataset_slug: 'x', metadata: '{"a":' }, "Invalid 'metadata' parameter"],
    [{ dataset_slug: 'x', metadata: '{"a":1e999}' }, "Invalid 'metadata' parameter"],
    [{ dataset_slug: 'x', metadata: [] }, "Invalid 'metadata' parameter"],
    [{ dataset_slug: 'x', symbol: 'x'.repeat(5000) }, "Invalid 'symbol' parameter"],
    [{ dataset_slug: 'x', ohlcv_row_count: 1.5 }, "Invalid 'ohlcv_row_count' parameter"],
    [{ dataset_slug: 'x', ohlcv_first_ts: 'soon' }, "Invalid 'ohlcv_first_ts' parameter"],
    [{ dataset_slug: 'x', ohlcv_measurement: '../x' }, 'Invalid measurement name'],
    [{ dataset_slug: 'x', ohlcv_measurement: '_almanac' }, 'Invalid measurement name'],
  ])('refuse %j', async (body, error) => {
    const answer = await house.post('/api/datasets', body);
    expect([answer.status, answer.json.error]).toEqual([400, error]);
    expect((await house.get('/api/datasets/x')).status).toBe(404);
  });

  it('refuse metadata too deep to write again, given as text', async () => {
    const metadata = `{"a":${'['.repeat(9_000)}${']'.repeat(9_000)}}`;
    const { status, json } = await house.post('/api/datasets', { dataset_slug: 'deep', metadata });
    expect([status, json.error]).toEqual([400, "Invalid 'metadata' parameter"]);
  });

  it.each(['limit=0', 'limit=10001', 'limit=abc', 'limit=1.5', 'limit=', 'offset=-1', 'limit=1&limit=2', 'limit=1e3'])(
    'refuse the page %s',
    async (query) => {
      const { status, json } = await house.get(`/api/datasets?${query}`);
      expect([status, json.error]).toEqual([400, `Invalid '${query.split('=')[0]}' parameter`]);
    },
  );
});

describe('rows of a dataset', () => {
  const rows = (from: number, n: number) =>
    Array.from({ length: n }, (_, i) => ({
      timestamp: 1_700_000_000_000 + (from + i) * 60_000,
      open: 1,
      high: 2.5,
      low: 0.5,
      close: 2,
      volume: i,
    }));

  it('follow the desktop export: post, append ohlcv in batches, append indicators, read', async () => {
    await house.dataset('export', { granularity: '1m' });
    for (const from of [0, 500]) {
      const { status, json } = await house.post('/api/datasets/export/ohlcv/append', { rows: rows(from, 500) });
      expect([status, json.success, json.rows_appended]).toEqual([200, true, 500]);
    }
    // The same batch again adds nothing.
    await house.post('/api/datasets/export/ohlcv/append', { rows: rows(500, 500) });
    const indicators = rows(20, 980).map(({ timestamp }, i) => ({ timestamp, rsi: i === 1 ? null : 50, name: 'a' }));
    await house.post('/api/datasets/export/indicators/append', { rows: indicators });

    expect((await house.get('/api/datasets/export')).json).toMatchObject({
      ohlcv_row_count: 1000,
      indicator_row_count: 980,
      lookback_rows: 20,
      ohlcv_first_ts: 1_700_000_000_000_000,
      ohlcv_last_ts: 1_700_059_940_000_000,
      first_indicator_ts: 1_700_001_200_000,
    });
    expect((await house.get('/api/datasets?search=export')).json.datasets[0].ohlcv_row_count).toBe(1000);

    const all = await house.get('/api/datasets/export/ohlcv');
    expect(all.json.count).toBe(1000);
    expect(all.json.measurement).toBe('export_ohlcv');
    expect(all.json.rows[0]).toEqual({
      timestamp: '2023-11-14T22:13:20.000000Z',
      timestamp_ms: 1_700_000_000_000,
      open: 1,
      high: 2.5,
      low: 0.5,
      close: 2,
      volume: 0,
    });
    const slice = await house.get('/api/datasets/export/indicators?limit=2&offset=978&desc=true');
    expect(slice.json.rows).toEqual([
      { timestamp: '2023-11-14T22:34:20.000000Z', timestamp_ms: 1_700_001_260_000, rsi: null, name: 'a' },
      { timestamp: '2023-11-14T22:33:20.000000Z', timestamp_ms: 1_700_001_200_000, rsi: 50, name: 'a' },
    ]);
    const manifest = await house.get('/api/datasets/export/manifest');
    expect(manifest.json).toMatchObject({
      version: 1,
      dataset_slug: 'export',
      ohlcv_rows: 1000,
      indicator_rows: 980,
      first_ohlcv_timestamp_ms: 1_700_000_000_000,
      last_indicator_timestamp_ms: 1_700_059_940_000,
    });
    const map = await house.get('/api/datasets/export/index_map?start_idx=1&end_idx=3&type=ohlcv');
    expect(map.json).toEqual({
      measurement: 'export_ohlcv',
      start_index: 1,
      end_index: 3,
      rows: [
        { index: 1, timestamp_ms: 1_700_000_060_000 },
        { index: 2, timestamp_ms: 1_700_000_120_000 },
      ],
    });
  });

  it('are none before anything was written', async () => {
    await house.dataset('empty');
    expect((await house.get('/api/datasets/empty/ohlcv')).json).toEqual({
      measurement: 'empty_ohlcv',
      rows: [],
      count: 0,
    });
    expect((await house.get('/api/datasets/empty/index_map')).json.rows).toEqual([]);
  });

  it('are all refused when one is bad, each fault with its row and column', async () => {
    await house.dataset('bad');
    const [good, ...others] = rows(0, 4);
    const { status, json } = await house.post('/api/datasets/bad/ohlcv/append', {
      rows: [good, { ...others[0], open: 'x' }, { ...others[1], timestamp: 5 }, { ...others[2], close: undefined }],
    });
    expect(status).toBe(400);
    expect(json.errors).toEqual([
      { row: 1, column: 'open', message: 'not a number' },
      { row: 2, column: 'timestamp', message: 'not in ms as the first row is' },
      { row: 3, column: 'close', message: 'missing' },
    ]);
    expect((await house.get('/api/datasets/bad/ohlcv')).json.count).toBe(0);
  });

  it.each([
    [{}, "Missing 'rows' parameter"],
    [{ rows: 'x' }, "Invalid 'rows' parameter"],
    [{ rows: [5] }, "Invalid 'rows' parameter"],
    [[], 'Invalid JSON'],
  ])('refuse the body %j', async (body, error) => {
    await house.dataset('bad-body');
    const answer = await house.post('/api/datasets/bad-body/indicators/append', body);
    expect([answer.status, answer.json.error]).toEqual([400, error]);
  });

  it('refuse an index range that is backwards or too wide', async () => {
    await house.dataset('range');
    for (const query of ['start_idx=5&end_idx=4', 'start_idx=0&end_idx=100001', 'type=trades', 'start_idx=x'])
      expect((await house.get(`/api/datasets/range/index_map?${query}`)).status).toBe(400);
  });
});
