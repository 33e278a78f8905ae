import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, it } from 'vitest';
import { partOf } from './footer.js';
import { writeStruct } from './thrift.js';
import { CHUNK_ROWS, openParquetWriter, type ParquetColumn, ROW_GROUP_ROWS } from './writer.js';

const dir = mkdtempSync(join(tmpdir(), 'almanac-parquet-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const COLUMNS: readonly ParquetColumn[] = [
  { name: 'n', kind: 'i64' },
  { name: 'half', kind: 'f64', isNullable: true },
  { name: 'letter', kind: 'char' },
  { name: 'small', kind: 'i16' },
  { name: 'odd', kind: 'bool' },
];

async function write(name: string, rows: number, lanes: number) {
  const writer = await openParquetWriter(join(dir, name), COLUMNS, { lanes });
  for (let from = 0; from < rows; from += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, rows - from);
    const { chunk } = writer;
    const [n, half, letter, small, odd] = chunk.map(({ bytes }) => bytes);
    chunk[1]!.valid!.fill(0);
    for (let i = 0; i < count; i++) {
      const row = from + i;
      new BigInt64Array(n!)[i] = BigInt(row) - 5n;
      new Float64Array(half!)[i] = row / 2;
      if (row % 3 !== 0) chunk[1]!.valid![i >> 3]! |= 1 << (i & 7);
      new Uint8Array(letter!)[16 * i + 4] = 65 + (row % 26);
      new Int16Array(small!)[i] = (row % 100) - 50;
      new Uint8Array(odd!)[i] = row % 2;
    }
    await writer.append(count);
  }
  return writer.finish();
}

async function ask(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll(sql)).getRowsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

const ROWS = 2 * ROW_GROUP_ROWS + 5000;

it('joins row groups into one file that any reader reads, with statistics of each', async () => {
  const { path, sha256, bytes, rows } = await write('a', ROWS, 1);
  expect([rows, bytes]).toEqual([ROWS, readFileSync(path).length]);
  expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(sha256);
  const groups = await ask(
    `SELECT row_group_id, row_group_num_rows, stats_min, stats_max FROM parquet_metadata('${path}')
     WHERE path_in_schema = 'n' ORDER BY 1`,
  );
  expect(groups).toEqual([
    ['0', '131072', '-5', '131066'],
    ['1', '131072', '131067', '262138'],
    ['2', '5000', '262139', '267138'],
  ]);
  const [sums] = await ask(
    `SELECT count(*), sum(n), sum(half), count(half), sum(small), sum(odd::int), count(DISTINCT letter),
       bool_and(n + 5 = file_row_number), bool_and(half IS NULL OR half * 2 = n + 5)
     FROM read_parquet('${path}', file_row_number = true)`,
  );
  const all = Array.from({ length: ROWS }, (_, row) => row);
  const known = all.filter((row) => row % 3 !== 0);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  expect(sums?.map((value) => (typeof value === 'boolean' ? value : Number(value)))).toEqual([
    ROWS,
    sum(all) - 5 * ROWS,
    sum(known) / 2,
    known.length,
    sum(all.map((row) => (row % 100) - 50)),
    ROWS / 2,
    26,
    true,
    true,
  ]);
});

it('gives the same bytes however many groups are compressed at once', async () => {
  const [one, three] = [await write('b', ROWS, 1), await write('c', ROWS, 3)];
  expect(three.sha256).toBe(one.sha256);
});

it('writes a file without rows, and leaves nothing of one that is given up', async () => {
  const empty = await write('empty', 0, 1);
  expect(await ask(`SELECT count(*), max(letter) FROM read_parquet('${empty.path}')`)).toEqual([['0', null]]);
  const before = readdirSync(dir);
  const writer = await openParquetWriter(join(dir, 'never'), COLUMNS);
  await writer.append(CHUNK_ROWS);
  await writer.discard();
  expect(readdirSync(dir)).toEqual(before);
});

it('reads a footer and writes it again to the byte', async () => {
  const { path } = await write('again', 100, 1);
  const file = readFileSync(path);
  const length = file.readUInt32LE(file.length - 8);
  expect(Buffer.from(writeStruct(partOf(file).footer)).equals(file.subarray(-8 - length, -8))).toBe(true);
});
