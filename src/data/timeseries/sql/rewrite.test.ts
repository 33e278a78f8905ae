/** QuestDB's idioms on the embedded store, told by the values that come back. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '#base/errors.js';
import { openEmbeddedStore } from '../embedded/store.js';
import type { MeasurementStore } from '../port.js';
import { rewriteSql } from './rewrite.js';

const HOUR = 3_600_000_000;
const T0 = Date.UTC(2025, 0, 1) * 1000;

describe('SQL as QuestDB writes it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'almanac-sql-'));
  let store: MeasurementStore;
  const rows = async (sql: string) => (await store.query(sql, { rowsMax: 1000, timeoutMs: 10_000 })).rows;
  const names = async (sql: string) => (await store.query(sql, { rowsMax: 1000, timeoutMs: 10_000 })).columns;
  const fault = async (sql: string): Promise<AppError> => {
    const caught = await rows(sql).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(caught).toBeInstanceOf(AppError);
    return caught as AppError;
  };

  beforeAll(async () => {
    store = await openEmbeddedStore({
      path: join(dir, 'm.duckdb'),
      tmpDir: join(dir, 'tmp'),
      memoryLimit: '256MB',
      threads: 2,
      clock: { nowMs: () => performance.now() },
    });
    // Two symbols: a trades at 0:00, 0:30, 1:15 and 4:00, b at 0:10 and 2:00. The later half is written first.
    const trades: [number, string, number][] = [
      [1.25, 'a', 3],
      [2, 'b', 20],
      [4, 'a', 4],
      [0, 'a', 1],
      [1 / 6, 'b', 10],
      [0.5, 'a', 2],
    ];
    for (const part of [trades.slice(0, 3), trades.slice(3)])
      await store.append('trades', {
        timestampUs: Float64Array.from(part, ([hour]) => T0 + hour * HOUR),
        columns: [
          { name: 'symbol', type: 'VARCHAR', values: part.map(([, symbol]) => symbol) },
          { name: 'price', type: 'DOUBLE', values: Float64Array.from(part, ([, , price]) => price) },
        ],
      });
    const days = Array.from({ length: 800 }, (_, day) => T0 - 86_400e6 * 100 + 86_400e6 * day);
    await store.append('wf_0e7a-b2', {
      timestampUs: Float64Array.from(days),
      columns: [{ name: 'n', type: 'BIGINT', values: days.map((_, day) => day) }],
    });
  });
  afterAll(async () => {
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('LIMIT -n gives the last n rows in their order', async () => {
    expect(await rows('SELECT n FROM "wf_0e7a-b2" LIMIT -2')).toEqual([[798], [799]]);
    expect(await rows('SELECT price FROM trades LIMIT -2;')).toEqual([[20], [4]]);
    expect(await rows('SELECT price FROM trades ORDER BY price DESC LIMIT -2')).toEqual([[2], [1]]);
    expect(await rows('SELECT price FROM trades LIMIT -100')).toHaveLength(6);
  });

  it('LIMIT lo,hi gives the rows after lo up to hi', async () => {
    expect(await rows('SELECT n FROM "wf_0e7a-b2" LIMIT 10,13 -- page')).toEqual([[10], [11], [12]]);
    expect(await rows('SELECT n FROM "wf_0e7a-b2" LIMIT -3,-1')).toEqual([[797], [798]]);
    expect(await rows('SELECT n FROM "wf_0e7a-b2" LIMIT 798,-1')).toEqual([[798]]);
    expect(await rows('SELECT n FROM "wf_0e7a-b2" ORDER BY n DESC LIMIT 0,2')).toEqual([[799], [798]]);
  });

  it('leaves the LIMITs the engine knows alone, and those inside', async () => {
    for (const sql of [
      'SELECT 1 LIMIT 3',
      'SELECT * FROM (SELECT * FROM t LIMIT 1) LIMIT 5 OFFSET 2',
      "SELECT 'LIMIT -3' FROM t",
    ])
      expect(rewriteSql(sql, { find: () => undefined, list: () => [] }).sql).toBe(sql);
    expect(await rows('SELECT n FROM "wf_0e7a-b2" ORDER BY n LIMIT 2 OFFSET 3')).toEqual([[3], [4]]);
  });

  it('SAMPLE BY groups into calendar buckets by what is selected', async () => {
    expect(await rows('SELECT timestamp, count(), sum(price) FROM trades SAMPLE BY 1h')).toEqual([
      [T0, 3, 13],
      [T0 + HOUR, 1, 3],
      [T0 + 2 * HOUR, 1, 20],
      [T0 + 4 * HOUR, 1, 4],
    ]);
    expect(
      await rows("SELECT timestamp ts, symbol, max(price) AS top FROM trades WHERE symbol = 'a' SAMPLE BY 2h"),
    ).toEqual([
      [T0, 'a', 3],
      [T0 + 4 * HOUR, 'a', 4],
    ]);
    expect(await names('SELECT timestamp ts, symbol, max(price) AS top, count() FROM trades SAMPLE BY 2h')).toEqual([
      'ts',
      'symbol',
      'top',
      'count',
    ]);
    expect(await rows('SELECT sum(price) FROM trades SAMPLE BY 1d')).toEqual([[40]]);
    expect(await rows('SELECT symbol, sum(price) FROM trades SAMPLE BY 1d ORDER BY symbol DESC LIMIT 1')).toEqual([
      ['b', 30],
    ]);
  });

  it('SAMPLE BY knows seconds, minutes, hours, days, weeks and months', async () => {
    const first = async (unit: string) =>
      (await rows(`SELECT timestamp, count() FROM "wf_0e7a-b2" SAMPLE BY ${unit}`)).slice(0, 2);
    const at = (text: string) => Date.parse(`${text}Z`) * 1000;
    // The first day is 2024-09-23, a Monday.
    expect(await first('1w')).toEqual([
      [at('2024-09-23T00:00'), 7],
      [at('2024-09-30T00:00'), 7],
    ]);
    expect(await first('1M')).toEqual([
      [at('2024-09-01T00:00'), 8],
      [at('2024-10-01T00:00'), 31],
    ]);
    expect(await first('1y')).toEqual([
      [at('2024-01-01T00:00'), 100],
      [at('2025-01-01T00:00'), 365],
    ]);
    for (const unit of ['1s', '15m', '6h', '1d']) expect((await first(unit))[0]).toEqual([at('2024-09-23T00:00'), 1]);
  });

  it('SAMPLE BY FILL makes a row of every bucket, empty or with the one before', async () => {
    expect(await rows('SELECT timestamp, sum(price) s FROM trades SAMPLE BY 1h FILL(NULL)')).toEqual([
      [T0, 13],
      [T0 + HOUR, 3],
      [T0 + 2 * HOUR, 20],
      [T0 + 3 * HOUR, null],
      [T0 + 4 * HOUR, 4],
    ]);
    expect(
      await rows('SELECT timestamp, symbol, last(price) FROM trades SAMPLE BY 1h FILL(PREV) ALIGN TO CALENDAR'),
    ).toEqual([
      [T0, 'a', 2],
      [T0, 'b', 10],
      [T0 + HOUR, 'a', 3],
      [T0 + HOUR, 'b', 10],
      [T0 + 2 * HOUR, 'a', 3],
      [T0 + 2 * HOUR, 'b', 20],
      [T0 + 3 * HOUR, 'a', 3],
      [T0 + 3 * HOUR, 'b', 20],
      [T0 + 4 * HOUR, 'a', 4],
      [T0 + 4 * HOUR, 'b', 20],
    ]);
    expect(await rows('SELECT timestamp, count() FROM trades SAMPLE BY 1h FILL(NONE) LIMIT -1')).toEqual([
      [T0 + 4 * HOUR, 1],
    ]);
  });

  it('SAMPLE BY it does not know goes to the engine, which refuses it', async () => {
    expect((await fault('SELECT * FROM trades SAMPLE BY 1h')).code).toBe('sql_invalid');
    expect((await fault('SELECT timestamp, avg(price) FROM trades SAMPLE BY 1h FILL(LINEAR)')).code).toBe(
      'sql_invalid',
    );
  });

  it('LATEST ON gives the last row of every partition', async () => {
    expect(await rows('SELECT symbol, price FROM trades LATEST ON timestamp PARTITION BY symbol')).toEqual([
      ['b', 20],
      ['a', 4],
    ]);
    expect(
      await rows('SELECT count() FROM trades WHERE price < 4 LATEST ON timestamp PARTITION BY symbol, price LIMIT 5'),
    ).toEqual([[3]]);
    expect(await rows('SELECT t.symbol FROM trades t LATEST ON timestamp PARTITION BY symbol ORDER BY symbol')).toEqual(
      [['a'], ['b']],
    );
  });

  it('timestamp IN a year, month or day reads as the interval', async () => {
    const count = async (text: string) =>
      (await rows(`SELECT count() FROM "wf_0e7a-b2" WHERE timestamp IN '${text}'`))[0]![0];
    expect(await count('2025')).toBe(365);
    expect(await count('2025-02')).toBe(28);
    expect(await count('2025-12')).toBe(31);
    expect(await count('2025-02-28')).toBe(1);
    expect(await count('2025-02-28T00')).toBe(1);
    expect(await rows(`SELECT count() FROM "wf_0e7a-b2" w WHERE w.timestamp NOT IN '2025' AND n < 200`)).toEqual([
      [100],
    ]);
    expect((await fault("SELECT * FROM trades WHERE timestamp IN '2025-13'")).code).toBe('sql_invalid');
    expect(await rows("SELECT count(*) FROM trades WHERE symbol IN ('a')")).toEqual([[4]]);
    expect(await rows("SELECT count(*) FROM trades WHERE timestamp > '2025-01-01T01:00:00Z'")).toEqual([[3]]);
  });

  it('first and last go by time, whatever the order of the rows', async () => {
    expect(await rows("SELECT first(price), last(price) FROM trades WHERE symbol = 'a'")).toEqual([[1, 4]]);
    expect(
      await rows('SELECT symbol, first(price), stddev(price) FROM trades GROUP BY symbol ORDER BY symbol'),
    ).toEqual([
      ['a', 1, expect.closeTo(1.2909944487, 9)],
      ['b', 10, expect.closeTo(7.0710678118, 9)],
    ]);
  });

  it('answers SHOW TABLES, tables(), table_columns() and DESCRIBE from the catalogue', async () => {
    expect(await rows('SHOW TABLES')).toEqual([['trades'], ['wf_0e7a-b2']]);
    expect(await rows('SELECT name, "designatedTimestamp", "partitionBy" FROM tables()')).toEqual([
      ['trades', 'timestamp', 'NONE'],
      ['wf_0e7a-b2', 'timestamp', 'NONE'],
    ]);
    expect(await rows('tables();')).toHaveLength(2);
    expect(await rows("SELECT * FROM table_columns('trades')")).toEqual([
      ['timestamp', 'TIMESTAMP', true],
      ['symbol', 'VARCHAR', false],
      ['price', 'DOUBLE', false],
    ]);
    expect(await rows('SHOW COLUMNS FROM trades')).toHaveLength(3);
    expect((await rows('DESCRIBE trades')).map((row) => row[0])).toEqual(['timestamp', 'symbol', 'price']);
  });

  it('runs EXPLAIN, VALUES, WITH, UNION, windows and joins', async () => {
    expect(await rows('VALUES (1), (2)')).toEqual([[1], [2]]);
    expect(await names('EXPLAIN SELECT * FROM trades')).toEqual(['explain_key', 'explain_value']);
    expect(
      await rows('WITH a AS (SELECT 1 x), b AS (SELECT x + 1 y FROM a) SELECT * FROM a, b UNION ALL SELECT 5, 6'),
    ).toEqual([
      [1, 2],
      [5, 6],
    ]);
    expect(
      await rows('WITH RECURSIVE r AS (SELECT 1 n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT sum(n) FROM r'),
    ).toEqual([[6]]);
    expect(
      await rows(
        'SELECT x.price, y.price FROM trades x ASOF JOIN trades y ON x.timestamp > y.timestamp WHERE x.price = 20',
      ),
    ).toEqual([[20, 3]]);
  });

  it('says where the fault is, in the SQL as it was sent', async () => {
    expect((await fault('SELECT * FROM trades WERE 1')).detail['position']).toBeTypeOf('number');
    expect(await fault('SELECT nope FROM trades')).toMatchObject({ code: 'sql_invalid', detail: { position: 7 } });
    expect(await fault("SELECT 'é', nope FROM trades")).toMatchObject({ detail: { position: 12 } });
    expect(await fault('SELECT * FROM no_such')).toMatchObject({ code: 'sql_invalid', detail: { position: 14 } });
    expect(await fault('EXPLAIN SELECT * FROM no_such')).toMatchObject({ detail: { position: 22 } });
    expect(await fault("SELECT * FROM trades WHERE timestamp IN '2025' AND nope = 1")).toMatchObject({
      detail: { position: 51 },
    });
    expect((await fault('SELECT timestamp_unix FROM trades')).message).toContain('the time column is called timestamp');
    expect((await fault("SELECT 'open")).code).toBe('sql_invalid');
    expect((await fault('')).code).toMatch(/^sql_/);
  });
});
