/**
 * The flows of Stage1's clients (stage1.md 9) told to two listeners, one over the embedded store and one over a real QuestDB:
 * the answers are the same byte for byte, but for times of day, random ids and what the contract says may differ.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACKEND_PROFILES } from '#data/timeseries/profiles.js';
import { openQuestdbStore } from '#data/timeseries/questdb/store.js';
import { findQuestdb, type RunningQuestdb, startQuestdb } from '../../../scripts/questdb.js';
import { type Answer, openStage1House, type Stage1House } from './stage1-house.js';

const found = await findQuestdb();
if ('reason' in found) console.warn(`Stage1 over QuestDB is skipped: ${found.reason}.`);

describe.skipIf('reason' in found)('Stage1 over either store', () => {
  let server: RunningQuestdb;
  let houses: readonly Stage1House[] = [];

  beforeAll(async () => {
    server = await startQuestdb('jar' in found ? found.jar : '', { isBrief: true });
    const clock = { nowMs: () => Date.now() };
    const openMeasurements = () => openQuestdbStore({ url: server.url, ilpUrl: null, timeoutMs: 10_000, clock });
    houses = [await openStage1House(), await openStage1House({ openMeasurements })];
  });
  afterAll(() => server.stop());

  /** Asks both, and gives the one answer that they must share. */
  const ask = async (call: (house: Stage1House) => Promise<Answer>): Promise<Answer> => {
    const [embedded, questdb] = await Promise.all(houses.map(call));
    expect([questdb!.status, plain(questdb!)]).toEqual([embedded!.status, plain(embedded!)]);
    return questdb!;
  };
  const get = (path: string) => ask((house) => house.get(path));
  const post = (path: string, body: unknown) => ask((house) => house.post(path, body));
  const query = (sql: string, more = {}) => post('/api/questdb/query', { sql, ...more });

  const DATASET = '0e4f7a7e-92c5-4a2c-8a52-3f1f0c5c1a01';
  const bars = Array.from({ length: 500 }, (_, i) => ({
    timestamp: 1_735_689_600_000 + 60_000 * i,
    open: 100 + i / 8,
    high: 101 + i / 8,
    low: 99 + i / 7,
    close: 100.5 + i / 3,
    volume: i % 7 === 0 ? null : 10 * i,
  }));

  it('exports a dataset as the desktop does, and reads it back', async () => {
    await post('/api/datasets', { dataset_id: DATASET, dataset_slug: 'btc_1m', symbol: 'BTC', granularity: '1m' });
    await post(`/api/datasets/${DATASET}/ohlcv/append`, { rows: bars });
    await post(`/api/datasets/${DATASET}/ohlcv/append`, { rows: bars.slice(490).map((bar) => ({ ...bar, close: 7 })) });
    const indicators = bars
      .slice(20)
      .map(({ timestamp, close }, i) => ({ timestamp, rsi: i % 3 ? close / 3 : null, n: i }));
    await post(`/api/datasets/${DATASET}/indicators/append`, { rows: indicators });
    expect(
      (await post(`/api/datasets/${DATASET}/ohlcv/append`, { rows: [{ timestamp: 'soon', open: 1 }] })).status,
    ).toBe(400);
    const { json } = await get(`/api/datasets/${DATASET}`);
    expect([json.ohlcv_row_count, json.indicator_row_count, json.lookback_rows]).toEqual([500, 480, 20]);
    for (const path of [
      '',
      's?limit=100',
      `s/${DATASET}/ohlcv`,
      `s/${DATASET}/ohlcv?limit=3&offset=2&desc=true`,
      `s/${DATASET}/indicators?limit=50`,
      `s/${DATASET}/index_map?start_idx=10&end_idx=20&type=indicator`,
      `s/${DATASET}/runs?limit=200&offset=0`,
    ])
      await get(`/api/dataset${path === '' ? 's' : path}`);
  });

  const CSV = [
    'timestamp_unix,symbol,fold,big,price,ok,name',
    ...Array.from({ length: 3000 }, (_, i) => {
      const [symbol, fold] = [i % 2 === 0 ? 'A' : 'B', i % 5];
      return `${1_735_689_600 + 600 * (i % 1500)},${symbol},${fold},${i % 9 ? 9_007_199_254_740_993n * BigInt(i % 1000) : ''},${i % 11 ? 1 / (i + 1) : ''},${i % 4 === 0},${i % 13 ? `"n ""${i}"", x"` : ''}`;
    }),
  ].join('\n');

  it('imports as a job, again, with faults, and at once', async () => {
    const importOne = async (body: object) => {
      const ends = await Promise.all(
        houses.map(async (house) => house.jobEnd((await house.post('/api/questdb/import/async', body)).json.job_id)),
      );
      const [embedded, questdb] = ends.map(({ status, result, error, progress, total }) => ({
        status,
        result,
        error,
        progress,
        total,
      }));
      expect(questdb).toEqual(embedded);
      return questdb!;
    };
    expect(await importOne({ measurement: 'trades', data: CSV })).toMatchObject({ status: 'COMPLETED', total: 3000 });
    expect(JSON.parse((await importOne({ measurement: 'trades', data: CSV })).result)).toMatchObject({
      rows_inserted: 0,
      rows_updated: 1500,
      duplicates_in_file: 1500,
    });
    const more =
      'timestamp_unix,symbol,fold,big,price,ok,name\n1735689600,A,0,1,2,true,x\n1735689600,A,0,2,3,true,y\n9,C,1,,,false,\n';
    await importOne({ measurement: 'trades', data: more });
    const faulty = 'timestamp_unix,v\n1,2\nx,3\n5\n7,8\n';
    expect(await importOne({ measurement: 'faulty', data: faulty })).toMatchObject({ status: 'FAILED' });
    expect(await importOne({ measurement: 'faulty', data: faulty, on_error: 'skip' })).toMatchObject({
      status: 'COMPLETED',
    });
    await post('/api/questdb/import', { measurement: 'faulty', data: 'timestamp_unix,v,w\n1,2.5,x\n11,3,\n' });
    await post('/api/questdb/import', { measurement: 'faulty', data: faulty });
    await post('/api/questdb/import', {
      measurement: 'wide',
      data: 'timestamp;a b;é\n2025-01-01;1;ü\n',
      delimiter: ';',
    });
    await post('/api/questdb/import/async', { measurement: '1bad', data: faulty });
    await post('/api/questdb/import/async', { measurement: 'bad', data: 'a,b\n1,2\n' });
  });

  // Sums and means of doubles are left out: each engine adds in an order of its own, and the last digit tells.
  const STATEMENTS = [
    'SELECT * FROM "btc_1m_ind" LIMIT 200;',
    'SELECT * FROM trades ORDER BY timestamp, symbol, fold',
    "SELECT timestamp, price FROM trades WHERE symbol = 'B' AND price > 0.001 ORDER BY timestamp",
    'SELECT symbol, count() AS n, min(price) AS lowest, min(big) AS least, max(price) AS most FROM trades GROUP BY symbol ORDER BY symbol',
    "SELECT timestamp, big FROM trades WHERE symbol = 'A' ORDER BY timestamp LIMIT 5 OFFSET 3",
    'SELECT timestamp, v, w FROM faulty LIMIT 1, 3',
    'SELECT timestamp, v, w FROM faulty LIMIT -2',
    'SELECT timestamp, count() AS n, first(close) AS c FROM btc_1m_ohlcv SAMPLE BY 1h',
    "SELECT timestamp, max(high) AS h FROM btc_1m_ohlcv WHERE timestamp IN '2025-01-01' SAMPLE BY 30m",
    "SELECT count() AS n FROM trades WHERE timestamp IN '2025-01'",
    "SELECT count() AS n FROM btc_1m_ohlcv WHERE timestamp > '2025-01-01T01:00:00'",
    'WITH a AS (SELECT timestamp, close FROM btc_1m_ohlcv) SELECT max(close) AS highest FROM a',
    'SELECT o.timestamp, o.close, i.rsi FROM btc_1m_ohlcv o JOIN btc_1m_ind i ON o.timestamp = i.timestamp ORDER BY o.timestamp LIMIT 10',
    'SELECT timestamp, v FROM faulty WHERE v > 1e9',
    "SELECT 'a' AS x UNION ALL SELECT 'b'",
    'SELECT CAST(price AS DOUBLE) AS p, TRY_CAST(name AS BIGINT) AS n FROM trades ORDER BY timestamp, symbol, fold LIMIT 20',
  ];

  it.each(STATEMENTS)('answers and exports %s', async (sql) => {
    const answer = await query(sql);
    expect([answer.status, answer.text.slice(0, 300)]).toEqual([200, expect.any(String)]);
    expect((await post('/api/questdb/export', { sql })).status).toBe(200);
  });

  it('cuts long answers and says so, and refuses what does more than read', async () => {
    expect((await query('SELECT * FROM btc_1m_ind', { limit: 10 })).json).toMatchObject({ count: 10, truncated: true });
    for (const sql of [
      'DROP TABLE trades',
      'SELECT 1; SELECT 2',
      'UPDATE trades SET price = 1',
      'WITH x AS (SELECT 1) INSERT INTO trades SELECT * FROM x',
    ])
      expect((await query(sql)).json).toEqual({ error: 'Only read-only queries are allowed' });
    for (const body of [{}, { sql: 5 }, { sql: 'SELECT 1', limit: 0 }]) await post('/api/questdb/query', body);
    // The words are the engine's own.
    for (const house of houses)
      expect((await house.post('/api/questdb/query', { sql: 'SELECT * FROM nope' })).status).toBe(400);
  });

  it('lists measurements, and tells of one', async () => {
    const { json } = await get('/api/questdb/measurements');
    expect(json.count).toBe(5);
    for (const path of [
      's?prefix=btc_',
      's?prefix=BTC',
      's?limit=2&offset=1',
      '/trades',
      '/TRADES',
      '/btc_1m_ind',
      '/nope',
      '/1bad',
    ])
      await get(`/api/questdb/measurement${path}`);
  });

  it('saves a run with its predictions, and gives them back', async () => {
    const predictions_csv = [
      'timestamp_unix,fold,prediction_value,target_value,long_threshold,short_threshold',
      '1700000060,0,0.25,,0.5,-0.5',
      '1700000000,0,0.125,1,0.5,-0.5',
      '1700000060,1,-1e-7,-1,0.5,-0.5',
    ].join('\n');
    const run = { run_id: 'p-csv', dataset_id: DATASET, thresholds: [1, 2], predictions_csv };
    expect((await post('/api/runs', run)).json.questdb_rows_written).toBe(3);
    const plainRun = {
      run_id: 'p-plain',
      dataset_id: DATASET,
      predictions_csv: 'timestamp,bar_index,prediction\n1700000000,4,0.5\n1700000060,5,\n',
    };
    await post('/api/runs', plainRun);
    await post('/api/runs', { run_id: 'p-none', dataset_id: DATASET, thresholds: [1] });
    for (const id of ['p-csv', 'p-plain', 'p-none'])
      for (const rest of ['', '?format=json', '?format=json&fold=1', '?format=json&limit=1&offset=1', '?format=xml'])
        await get(`/api/runs/${id}/predictions${rest}`);
    for (const path of ['', '/p-csv', '/p-csv?download_predictions=true', '/nope']) await get(`/api/runs${path}`);
  });

  it('tells in its health which store it stands on', async () => {
    const backends = await Promise.all(
      houses.map(async (house) => (await house.get('/api/health')).json.components.timeseries),
    );
    expect(backends).toEqual([
      { status: 'healthy', backend: 'embedded' },
      { status: 'healthy', backend: 'questdb' },
    ]);
  });

  it('answers 503 while QuestDB is away, and works again when it is back, without a restart', async () => {
    const [, house] = houses;
    await server.halt('SIGKILL');
    const away = await house!.post('/api/questdb/query', { sql: 'SELECT 1' });
    expect([away.status, away.json]).toEqual([503, { error: 'QuestDB unavailable' }]);
    expect((await house!.get('/readyz')).status).toBe(503);
    expect((await house!.get('/api/health')).json).toMatchObject({
      status: 'degraded',
      components: { timeseries: { status: 'unavailable' } },
    });
    expect((await house!.get('/api/questdb/measurements')).json).toEqual({ error: 'QuestDB unavailable' });
    const job = await house!.post('/api/questdb/import/async', { measurement: 'later', data: 'timestamp,v\n1,2\n' });
    await server.resume();
    expect((await query('SELECT count() AS n FROM trades')).status).toBe(200);
    expect((await house!.get('/readyz')).status).toBe(200);
    expect(await house!.jobEnd(job.json.job_id)).toMatchObject({ status: 'COMPLETED' });
  });
});

/** Times of day, random ids, and how the store cuts its tables are no part of the comparison. */
function plain({ text, headers }: Answer): string {
  const partitions = Object.values(BACKEND_PROFILES).map(({ partitionBy }) => partitionBy);
  return `${headers['content-type']}\n${text}`
    .replace(new RegExp(`"partitionBy":"(${partitions.join('|')})"`, 'g'), '"partitionBy":".."')
    .replace(/"(created_at|updated_at|exported_at|timestamp|started_at|completed_at)":"20\d\d-[^"]*"/g, '"$1":".."')
    .replace(/"elapsed_ms":[\d.]+/g, '"elapsed_ms":0')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) =>
      id.startsWith('0e4f7a7e') ? id : 'uuid',
    );
}
