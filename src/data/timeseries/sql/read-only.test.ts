import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppError } from '#base/errors.js';
import { questdbDialect } from './questdb-dialect.js';
import { readOnlyTokens } from './read-only.js';
import { tokensOf } from './tokens.js';

const judge = (sql: string): string => {
  try {
    readOnlyTokens(sql);
    return 'reads';
  } catch (error) {
    return (error as AppError).code;
  }
};

describe('the words of a statement for QuestDB', () => {
  it.each([
    'SELECT * FROM "m" LIMIT 200;',
    ' -- a comment\nselect 1 /* and another */ ; -- at the end',
    'SELECT \'DROP TABLE x; --\' AS "update" FROM t',
    'WITH a AS (SELECT 1) SELECT * FROM a',
    '(SELECT 1) UNION (SELECT 2)',
    'SHOW TABLES',
    'EXPLAIN SELECT 1',
    'tables()',
    "table_columns('t')",
    'trades',
    '"wf_1-2"',
    "SELECT 'it''s' FROM t WHERE timestamp IN '2025-01' SAMPLE BY 1h FILL(PREV)",
  ])('lets through %s', (sql) => {
    expect(judge(sql)).toBe('reads');
  });

  it.each([
    'INSERT INTO t VALUES (1)',
    'WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a',
    'SELECT 1; DROP TABLE t',
    'SELECT 1;;',
    '/**/ drop table t',
    'SELECT 1 -- \r DROP TABLE t',
    'EXPLAIN UPDATE t SET a = 1',
    "COPY t FROM '/etc/passwd'",
    'CHECKPOINT CREATE',
    'BACKUP TABLE t',
    'SELECT reload_config()',
    'SELECT "reload_config"()',
    "SELECT * FROM read_parquet('x.parquet')",
    'REFRESH MATERIALIZED VIEW v',
    'trades WHERE x = 1',
  ])('refuses %j', (sql) => {
    expect(judge(sql)).not.toBe('reads');
  });

  it.each([
    ['comments that nest, which another reader may end sooner', '/* /* */ SELECT 1 /* */ */ '],
    ['a comment in a line comment', 'SELECT 1 -- /*\n'],
    ['texts that escape', "SELECT e'\\' , 1 FROM t --'"],
    ['texts in dollars', 'SELECT $$ x $$'],
    ['what never ends', "SELECT 'x"],
    ['nothing', ' ; '],
  ])('refuses %s', (_what, sql) => {
    expect(judge(sql)).toBe('sql_invalid');
  });

  it('never lets a denied word through outside quotes, whatever stands around it', () => {
    const piece = fc.constantFrom("'a'", '"b"', '/* c */', '-- d\n', ' ', '\n', 'x', '(', ')', ',', "''", '1');
    const word = fc.constantFrom('DROP', 'insert', 'Update', 'COPY', 'alter', 'truncate');
    fc.assert(
      fc.property(fc.array(piece), word, fc.array(piece), (before, denied, after) => {
        expect(judge(`SELECT ${before.join(' ')} ${denied} ${after.join(' ')}`)).not.toBe('reads');
      }),
      { seed: 20_261_120 },
    );
  });
});

describe('what QuestDB says otherwise', () => {
  const said = (sql: string) => questdbDialect(sql, tokensOf(sql)!);

  it('turns OFFSET into the bounds of LIMIT, at every depth', () => {
    expect(said('SELECT * FROM t LIMIT 10 OFFSET 5')).toBe('SELECT * FROM t LIMIT 5, 15');
    expect(said('SELECT * FROM (SELECT a FROM t OFFSET 2) LIMIT 1 OFFSET 0')).toBe(
      'SELECT * FROM (SELECT a FROM t LIMIT 2, 9223372036854775807) LIMIT 0, 1',
    );
    expect(said('SELECT \'LIMIT 1 OFFSET 2\', "offset" FROM t LIMIT 1, 3')).toBe(
      'SELECT \'LIMIT 1 OFFSET 2\', "offset" FROM t LIMIT 1, 3',
    );
  });

  it('says TRY_CAST and BIGINT in its words, and leaves columns of those names alone', () => {
    expect(said('SELECT TRY_CAST(a AS BIGINT), b::INTEGER, bigint FROM t')).toBe(
      'SELECT CAST(a AS LONG), b::INT, bigint FROM t',
    );
  });
});
