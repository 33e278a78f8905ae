/** What users cannot do with SQL (FIELD.md R15): every trick we know, and the store unchanged after all of them. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '#base/errors.js';
import type { MeasurementStore } from '../port.js';
import { openEmbeddedStore } from './store.js';

describe('SQL from users', () => {
  const dir = mkdtempSync(join(tmpdir(), 'almanac-guard-'));
  const csv = join(dir, 'secret.csv');
  let store: MeasurementStore;
  const run = (sql: string, timeoutMs = 10_000, signal?: AbortSignal) =>
    store.query(sql, { rowsMax: 1000, timeoutMs, ...(signal === undefined ? {} : { signal }) });
  const refusal = async (sql: string): Promise<AppError> => {
    const outcome = await run(sql).catch((error: unknown) => error);
    expect(outcome, sql).toBeInstanceOf(AppError);
    return outcome as AppError;
  };

  beforeAll(async () => {
    writeFileSync(csv, 'a,b\n1,canary\n');
    store = await openEmbeddedStore({
      path: join(dir, 'm.duckdb'),
      tmpDir: join(dir, 'tmp'),
      memoryLimit: '128MB',
      threads: 2,
      clock: { nowMs: () => performance.now() },
    });
    await store.append('t', {
      timestampUs: Float64Array.from({ length: 1000 }, (_, i) => i),
      columns: [{ name: 'v', type: 'BIGINT', values: Array.from({ length: 1000 }, (_, i) => i) }],
    });
  });
  afterAll(async () => {
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const WRITES = [
    'INSERT INTO t VALUES (make_timestamp(1), 1)',
    'UPDATE t SET v = 0',
    'DELETE FROM t',
    'TRUNCATE t',
    'DROP TABLE t',
    'ALTER TABLE t ADD COLUMN x INT',
    'CREATE TABLE x AS SELECT 1',
    'CREATE TEMP TABLE x AS SELECT 1',
    'CREATE VIEW x AS SELECT 1',
    'CREATE MACRO f(a) AS a',
    'CREATE SEQUENCE s',
    "CREATE SECRET (TYPE s3, KEY_ID 'x')",
    'MERGE INTO t USING t u ON true WHEN MATCHED THEN DELETE',
    'WITH x AS (INSERT INTO t VALUES (make_timestamp(1), 1) RETURNING *) SELECT * FROM x',
    'WITH x AS (SELECT 1) INSERT INTO t SELECT make_timestamp(1), 1 FROM x',
    'WITH x AS (SELECT 1) DELETE FROM t',
    'SELECT 1; DROP TABLE t',
    'SELECT 1;;DROP TABLE t;',
    '/* SELECT */ DROP TABLE t',
    '-- SELECT\nDROP TABLE t',
    'SELECT 1 /* ; */ ; /* x */ DELETE FROM t',
    'EXPLAIN ANALYZE DELETE FROM t',
    'EXPLAIN INSERT INTO t VALUES (make_timestamp(1), 1)',
    '/**/EXPLAIN/**/ANALYZE DROP TABLE t',
    'BEGIN',
    'COMMIT',
    'ROLLBACK; DELETE FROM t',
    'CHECKPOINT',
    'FORCE CHECKPOINT',
    'VACUUM',
    'ANALYZE',
    'PREPARE p AS DELETE FROM t',
    'EXECUTE p',
    'DEALLOCATE p',
    "COMMENT ON TABLE t IS 'x'",
    'USE main',
    "SET memory_limit = '10GB'",
    'SET VARIABLE x = 1',
    'RESET memory_limit',
    'PRAGMA database_list',
    'PRAGMA enable_profiling',
    'CALL checkpoint()',
    'CALL pragma_version()',
    'INSTALL httpfs',
    'LOAD httpfs',
    'UPDATE EXTENSIONS',
    "ATTACH ':memory:' AS other",
    'DETACH m',
    "EXPORT DATABASE 'x'",
    "IMPORT DATABASE 'x'",
    `COPY t TO '${csv}.out'`,
    `COPY (SELECT 1) TO '${csv}.out'`,
    `COPY t FROM '${csv}'`,
    'COPY FROM DATABASE m TO x',
  ];

  it.each(WRITES)('may not: %s', async (sql) => {
    expect(['sql_not_read_only', 'sql_invalid']).toContain((await refusal(sql)).code);
  });

  const PEEKS = [
    `SELECT * FROM '${csv}'`,
    `SELECT * FROM "${csv}"`,
    `SELECT * FROM read_csv('${csv}')`,
    `SELECT * FROM READ_CSV_AUTO('${csv}')`,
    `SELECT * FROM "read_text"('${csv}')`,
    `SELECT * FROM main.read_text('${csv}')`,
    `SELECT * FROM system.main.read_blob('${csv}')`,
    `FROM read_text('${csv}')`,
    `SELECT (SELECT content FROM read_text('${csv}'))`,
    `SELECT * FROM t WHERE v IN (SELECT a FROM read_csv('${csv}'))`,
    `SELECT * FROM t ORDER BY (SELECT count(*) FROM glob('/*'))`,
    `SELECT * FROM t LIMIT (SELECT count(*) FROM glob('/*'))`,
    `SELECT * FROM t, LATERAL (SELECT * FROM read_text('${csv}')) q`,
    `WITH x AS (SELECT * FROM read_text('${csv}')) SELECT * FROM x`,
    `WITH x AS MATERIALIZED (SELECT * FROM glob('/*')) SELECT 1`,
    `SELECT * FROM (PIVOT (SELECT * FROM read_csv('${csv}')) ON a IN (1) USING count(*))`,
    `SELECT * FROM read_parquet('x')`,
    `SELECT * FROM parquet_scan('x')`,
    `SELECT * FROM parquet_metadata('x')`,
    `SELECT * FROM read_json('x')`,
    `SELECT * FROM read_duckdb('x')`,
    `SELECT * FROM sniff_csv('${csv}')`,
    `SELECT * FROM query('DELETE FROM t')`,
    `SELECT * FROM query_table('t')`,
    `SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))`,
    `SELECT * FROM sql_auto_complete('SEL')`,
    'SELECT * FROM duckdb_settings()',
    'SELECT * FROM duckdb_settings',
    'SELECT * FROM duckdb_databases',
    'SELECT * FROM duckdb_tables()',
    'SELECT * FROM duckdb_secrets()',
    'SELECT * FROM duckdb_logs',
    'SELECT * FROM pragma_database_list',
    "SELECT * FROM pragma_table_info('t')",
    "SELECT * FROM pragma_storage_info('t')",
    'SELECT * FROM sqlite_master',
    'SELECT * FROM information_schema.tables',
    'SELECT * FROM pg_catalog.pg_tables',
    'SELECT * FROM pg_settings',
    'SELECT * FROM _almanac.measurement',
    'SELECT * FROM m._almanac.measurement',
    'SELECT * FROM "_almanac"."measurement"',
    'SELECT * FROM measurement',
    'SELECT * FROM temp.stage',
    'SELECT * FROM system.information_schema.tables',
    'DESCRIBE _almanac.measurement',
    'SUMMARIZE _almanac.measurement',
    `DESCRIBE SELECT * FROM read_text('${csv}')`,
    'SHOW ALL TABLES',
    'SHOW DATABASES',
    'SHOW VARIABLES',
    // A name of a WITH is no cover for the view of the same name outside it.
    'SELECT * FROM duckdb_settings, (WITH duckdb_settings AS (SELECT 1) SELECT * FROM duckdb_settings) q',
    'WITH duckdb_settings AS (SELECT * FROM duckdb_settings) SELECT * FROM duckdb_settings',
    'WITH a AS (SELECT * FROM duckdb_settings), duckdb_settings AS (SELECT 1) SELECT * FROM a',
    'SELECT (WITH pg_settings AS (SELECT 1) SELECT 1) FROM pg_settings',
    "SELECT getenv('HOME')",
    "SELECT current_setting('temp_directory')",
    "SELECT system.main.current_setting('temp_directory')",
    "SELECT 1 WHERE current_setting('temp_directory') LIKE '/%'",
    "SELECT count(*) FILTER (WHERE current_setting('threads') = '1') FROM t",
    "SELECT list_transform([1], x -> current_setting('threads'))",
    "SELECT sum(v) OVER (ORDER BY current_setting('threads')) FROM t",
    'SELECT current_database()',
    'SELECT current_query()',
    'SELECT version() FROM pragma_version()',
    "SELECT write_log('x')",
    'SELECT setseed(0.5)',
    'SELECT sleep_ms(100000)',
    'SELECT pg_sleep(100)',
    "SELECT nextval('s')",
    "SELECT * FROM repeat(1, 10) r, read_text('/etc/passwd')",
    'SELECT $1',
    'SELECT ?',
  ];

  it.each(PEEKS)('may not see: %s', async (sql) => {
    const error = await refusal(sql);
    expect(['sql_not_read_only', 'sql_invalid']).toContain(error.code);
    expect(error.message).not.toContain('canary');
    expect(error.message.replaceAll(csv, '')).not.toContain(dir);
  });

  it('is as it was after all that', async () => {
    expect((await run('SELECT count(*), sum(v) FROM t')).rows).toEqual([[1000, 499_500]]);
    expect((await run('SHOW TABLES')).rows).toEqual([['t']]);
    expect(existsSync(`${csv}.out`)).toBe(false);
    expect(readdirSync(dir).sort()).toEqual(expect.arrayContaining(['m.duckdb', 'secret.csv', 'tmp']));
  });

  it('may make rows and look at every kind of table reference', async () => {
    for (const sql of [
      'SELECT * FROM range(3)',
      'SELECT * FROM generate_series(1, 3)',
      'SELECT unnest([1, 2])',
      'SELECT * FROM unnest([1, 2])',
      'SELECT * FROM main.t',
      'SELECT * FROM "T" TABLESAMPLE 10%',
      'FROM t SELECT v',
      'SELECT * FROM t JOIN t u USING (timestamp) LEFT JOIN (VALUES (1)) w(k) ON k = t.v',
      'SELECT * FROM t POSITIONAL JOIN t u',
      'PIVOT t ON v IN (1, 2) USING count(*)',
      'UNPIVOT (SELECT 1 a, 2 b) ON a, b',
      'TABLE t',
      'SUMMARIZE t',
      "SELECT now(), random() < 2, upper('x'), date_trunc('hour', timestamp) FROM t",
      "SELECT strftime(timestamp, '%Y'), epoch_us(timestamp), regexp_matches('a', 'a'), approx_quantile(v, 0.5) FROM t GROUP BY ALL",
      'WITH t AS (SELECT 5 AS five) SELECT five FROM t',
    ])
      await expect(run(sql), sql).resolves.toBeDefined();
  });

  const ENDLESS = [
    'SELECT count(*) FROM t a, t b, t c, t d',
    'SELECT sum(a.v * b.v) FROM range(100000) x(v), t a, t b WHERE x.v % 7 = a.v % 7',
    'WITH RECURSIVE r AS (SELECT 1::BIGINT n UNION ALL SELECT n + 1 FROM r WHERE n < 1000000000) SELECT count(*) FROM r',
    'SELECT * FROM range(1000000000000) x(v) WHERE v < 0',
    'SELECT max(md5(v::VARCHAR)) FROM range(1000000000) x(v)',
  ];

  // Again on a machine whose cores are all taken: the figure is about us, not about waiting for a core.
  it.each(ENDLESS)('is cancelled within 200 ms: %s', { retry: 2 }, async (sql) => {
    const leaving = new AbortController();
    const outcome = run(sql, 60_000, leaving.signal).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const left = performance.now();
    leaving.abort();
    expect(await outcome).toMatchObject({ code: 'cancelled' });
    expect(performance.now() - left).toBeLessThan(200);
  });

  it.each(ENDLESS.slice(0, 3))('runs out of time: %s', async (sql) => {
    const started = performance.now();
    expect(await run(sql, 250).catch((error: unknown) => error)).toMatchObject({
      kind: 'timeout',
      message: 'Query timed out',
    });
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('runs out of memory, not of the machine', async () => {
    const sql = "SELECT list(repeat('x', 1000) || v) FROM range(10000000) x(v)";
    expect(await run(sql, 30_000).catch((error: unknown) => error)).toMatchObject({
      code: 'query_too_large',
      message: 'Query needs too much memory',
    });
    expect((await run('SELECT count(*) FROM t')).rows).toEqual([[1000]]);
  });

  it('survives statements of every unreasonable shape, and answers soon', async () => {
    const many = (text: string, times: number) => text.repeat(times);
    const shapes = [
      `SELECT ${many('(', 10_000)}1${many(')', 10_000)}`,
      `SELECT ${many('[', 10_000)}1${many(']', 10_000)}`,
      `SELECT 1${many('+1', 50_000)}`,
      `SELECT ${many('NOT ', 20_000)} true`,
      `SELECT ${many('-', 1)}${many(' -', 50_000)} 1`,
      `SELECT ${many('(SELECT ', 3000)}1${many(')', 3000)}`,
      `SELECT * FROM ${many('(SELECT * FROM ', 3000)}t${many(')', 3000)}`,
      `SELECT 1${many(' UNION ALL SELECT 1', 10_000)}`,
      `WITH ${Array.from({ length: 3000 }, (_, i) => `a${i} AS (SELECT * FROM ${i === 0 ? 't' : `a${i - 1}`})`).join(',')} SELECT * FROM a2999`,
      `WITH a0 AS (SELECT 1 x)${Array.from({ length: 18 }, (_, i) => `, a${i + 1} AS NOT MATERIALIZED (SELECT * FROM a${i} UNION ALL SELECT * FROM a${i})`).join('')} SELECT count(*) FROM a18`,
      `SELECT count(*) FROM t GROUP BY CUBE (${Array.from({ length: 12 }, (_, i) => `v + ${i}`).join(', ')})`,
      `SELECT '${many('x', 200_000)}'`,
      `SELECT '${many("''", 100_000)}'`,
      `${many('/**/', 50_000)} SELECT 1`,
      `${many('/*', 50_000)}`,
      `SELECT ${many('first(', 30_000)}v${many(')', 30_000)} FROM t`,
      `SELECT ${Array.from({ length: 5000 }, () => 'first(v)').join(',')} FROM t`,
      `SELECT * FROM t WHERE v IN (${Array.from({ length: 30_000 }, (_, i) => i).join(',')})`,
      `SELECT * FROM ${Array.from({ length: 200 }, () => 'tables()').join(',')}`,
      many('x', 250_001),
      many(';', 100_000),
      '\0SELECT 1',
      'SELECT 1 -- \ud800',
    ];
    for (const sql of shapes) {
      const started = performance.now();
      const outcome = await run(sql, 5000).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome, sql.slice(0, 60)).toBeInstanceOf(AppError);
      expect(performance.now() - started, sql.slice(0, 60)).toBeLessThan(12_000);
    }
    expect((await run('SELECT count(*) FROM t')).rows).toEqual([[1000]]);
  }, 120_000);

  it('is cut at the row limit and says so', async () => {
    const { rows, truncated } = await run('SELECT * FROM range(1000000000000)');
    expect(rows).toHaveLength(1000);
    expect(truncated).toBe(true);
    expect((await run('SELECT * FROM t')).truncated).toBe(false);
  });

  it('lets others work while slow queries wait for their turn', async () => {
    const slow = Array.from({ length: 4 }, () => run(ENDLESS[0]!, 700).catch((error: unknown) => error));
    const started = performance.now();
    await store.readDoubles('t');
    expect(performance.now() - started).toBeLessThan(600);
    for (const outcome of await Promise.all(slow)) expect(outcome).toMatchObject({ kind: 'timeout' });
  });

  it('reads values as the wire wants them', async () => {
    const { columns, rows, types } =
      await run(`SELECT 1 AS a, 2 AS a, 3 AS a, 9007199254740993::BIGINT b, 'nan'::DOUBLE c, 'infinity'::DOUBLE d,
      TIMESTAMP '2025-01-01' e, DATE '1970-01-02' f, '\\xAA\\xBB'::BLOB g, [1, NULL] h, {'x': 1.5} i, true j, NULL k,
      TIMESTAMPTZ '2025-01-01 00:00:00+01' l, 'infinity'::TIMESTAMP m, 170141183460469231731687303715884105727::HUGEINT n, map(['k'], [2]) o,
      TIMESTAMP_NS '1970-01-01 00:00:00.000001999' p, 1.25::DECIMAL(9, 2) q, INTERVAL 1 DAY r`);
    expect(columns.slice(0, 4)).toEqual(['a', 'a_1', 'a_2', 'b']);
    expect(rows).toEqual([
      [
        1,
        2,
        3,
        9_007_199_254_740_993n,
        null,
        null,
        1_735_689_600_000_000,
        86_400_000_000,
        'qrs=',
        [1, null],
        { x: 1.5 },
        true,
        null,
        1_735_686_000_000_000,
        null,
        170_141_183_460_469_231_731_687_303_715_884_105_727n,
        [{ key: 'k', value: 2 }],
        1,
        1.25,
        '1 day',
      ],
    ]);
    expect(types[6]).toBe('TIMESTAMP');
  });
});
