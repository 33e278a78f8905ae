import { beforeAll, describe, expect, it } from 'vitest';
import { openStage1House, type Stage1House } from './stage1-house.js';

let house: Stage1House;
beforeAll(async () => {
  house = await openStage1House();
  await house.post('/api/questdb/import', {
    measurement: 'btc_q',
    data: [
      'timestamp_unix,big,price,ok,name',
      '1700000000,9223372036854775807,0.1,true,plain',
      '1700000060,-5,1e300,false,"a ""b"", c"',
      '1700000120,,,,',
    ].join('\n'),
  });
  await house.post('/api/questdb/import', { measurement: 'btcX', data: 'timestamp,v\n1700000000,1' });
});

const query = (sql: unknown, more = {}) => house.post('/api/questdb/query', { sql, ...more });

describe('queries', () => {
  it('answer with integer microseconds, exact 64-bit integers, nulls and types', async () => {
    const sql = 'SELECT * FROM "btc_q" LIMIT 200;';
    const { status, text, json } = await query(sql);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      query: sql,
      columns: ['timestamp', 'big', 'price', 'ok', 'name'],
      count: 3,
      truncated: false,
    });
    expect(json.types).toHaveLength(5);
    expect(text).toContain('[1700000000000000,9223372036854775807,0.1,true,"plain"]');
    expect(text).toContain('[1700000060000000,-5,1e+300,false,"a \\"b\\", c"]');
    expect(text).toContain('[1700000120000000,null,null,null,null]');
    expect(typeof json.elapsed_ms).toBe('number');
  });

  it('name their columns when nothing matches, and number the double ones', async () => {
    const { json } = await query("SELECT big, big FROM btc_q WHERE name = 'none'");
    expect([json.columns, json.dataset, json.count]).toEqual([['big', 'big_1'], [], 0]);
  });

  it('say when they were cut', async () => {
    const { json } = await query('SELECT * FROM btc_q', { limit: 2 });
    expect([json.count, json.truncated]).toEqual([2, true]);
  });

  it.each([
    ['DROP TABLE btc_q'],
    ['SELECT 1; SELECT 2'],
    ["SELECT * FROM read_csv('/etc/passwd')"],
    ["COPY btc_q TO '/tmp/x.csv'"],
    ["ATTACH '/tmp/x.db'"],
    ['PRAGMA database_list'],
    ['SET threads=1'],
    ['INSTALL httpfs'],
    ['WITH x AS (SELECT 1) INSERT INTO btc_q SELECT * FROM x'],
    ['/* harmless */ DELETE FROM btc_q'],
    ['SELECT * FROM nope'],
    ['SELECT nope FROM btc_q'],
    ['SELEKT 1'],
    [''],
    ['SELECT * FROM _almanac.measurement'],
  ])('refuse %s with 400 and change nothing', async (sql) => {
    for (const path of ['/api/questdb/query', '/api/questdb/export']) {
      const { status, json } = await house.post(path, { sql });
      expect([status, typeof json.error]).toEqual([400, 'string']);
    }
    expect((await query('SELECT count() AS n FROM btc_q')).json.dataset).toEqual([[3]]);
  });

  it('say where the SQL is wrong, and what may not be done', async () => {
    expect((await query('SELEKT 1')).json).toHaveProperty('position');
    expect((await query('DROP TABLE btc_q')).json.error).toBe('Only read-only queries are allowed');
  });

  it.each([
    [{}, "Missing 'sql' parameter"],
    [{ sql: 5 }, "Invalid 'sql' parameter"],
    [{ sql: 'SELECT 1', limit: 0 }, "Invalid 'limit' parameter"],
    [{ sql: 'SELECT 1', limit: 1_000_001 }, "Invalid 'limit' parameter"],
    [{ sql: 'SELECT 1', timeout_ms: 'x' }, "Invalid 'timeout_ms' parameter"],
  ])('refuse the body %j', async (body, error) => {
    const answer = await house.post('/api/questdb/query', body);
    expect([answer.status, answer.json.error]).toEqual([400, error]);
  });

  it('time out with 503', async () => {
    const sql = 'SELECT count(*) FROM range(100000000) a, range(100000000) b';
    const { status, json } = await query(sql, { timeout_ms: 100 });
    expect([status, json.error]).toEqual([503, 'Query timed out']);
  });
});

describe('exports', () => {
  it('are CSV with integer microseconds, empty nulls and quotes only where needed', async () => {
    const { status, headers, text } = await house.post('/api/questdb/export?filename=x_1.csv', {
      sql: 'SELECT * FROM btc_q;',
    });
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^text\/csv/);
    expect(headers['content-disposition']).toBe('attachment; filename="x_1.csv"');
    expect(text).toBe(
      [
        'timestamp,big,price,ok,name',
        '1700000000000000,9223372036854775807,0.1,true,plain',
        '1700000060000000,-5,1e+300,false,"a ""b"", c"',
        '1700000120000000,,,,',
        '',
      ].join('\n'),
    );
  });

  it('refuse a file name that is a path', async () => {
    const { status, json } = await house.post('/api/questdb/export?filename=../x', { sql: 'SELECT 1' });
    expect([status, json.error]).toEqual([400, "Invalid 'filename' parameter"]);
  });
});

describe('measurements', () => {
  it('are listed by a literal prefix, sorted', async () => {
    const { json } = await house.get('/api/questdb/measurements?prefix=btc_');
    expect(json).toMatchObject({ count: 1, total: 1 });
    expect(json.measurements).toEqual([
      {
        name: 'btc_q',
        row_count: 3,
        first_ts: 1_700_000_000_000_000,
        last_ts: 1_700_000_120_000_000,
        designatedTimestamp: 'timestamp',
        partitionBy: expect.any(String),
      },
    ]);
    const all = await house.get('/api/questdb/measurements?limit=1&offset=1');
    expect([all.json.count, all.json.total]).toEqual([1, 2]);
  });

  it('tell their columns', async () => {
    const { json } = await house.get('/api/questdb/measurement/btc_q');
    expect(json).toMatchObject({
      name: 'btc_q',
      row_count: 3,
      columns: [
        { name: 'timestamp', type: 'TIMESTAMP' },
        { name: 'big', type: 'BIGINT' },
        { name: 'price', type: 'DOUBLE' },
        { name: 'ok', type: 'BOOLEAN' },
        { name: 'name', type: 'VARCHAR' },
      ],
      dedup_keys: ['timestamp'],
    });
  });

  it('are missing with 404 and misnamed with 400', async () => {
    expect((await house.get('/api/questdb/measurement/nope')).json).toEqual({ error: 'Measurement not found' });
    for (const name of ['a%20b', '1a', 'a..b', 'a.', '_x', 'sys.x', "a'%3B--", '..%2Fx'])
      expect([name, (await house.get(`/api/questdb/measurement/${name}`)).status]).toEqual([name, 400]);
  });

  it('are deleted only where the operator allows it', async () => {
    expect((await house.delete('/api/questdb/measurement/btcX')).status).toBe(403);
    const permissive = await house.listener({ allowMeasurementDelete: true });
    expect((await permissive.delete('/api/questdb/measurement/btcX')).status).toBe(200);
    expect((await permissive.delete('/api/questdb/measurement/btcX')).status).toBe(404);
  });
});
