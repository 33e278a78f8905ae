import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openRefill } from './refill.js';
import { rowsOfPart } from './snapshot.js';
import { openEmbeddedStore } from './store.js';

const dir = mkdtempSync(join(tmpdir(), 'almanac-snapshot-'));
afterAll(() => rmSync(dir, { recursive: true }));

const openStore = (name: string) =>
  openEmbeddedStore({
    path: join(dir, name),
    tmpDir: join(dir, 'tmp'),
    memoryLimit: '256MB',
    threads: 2,
    clock: { nowMs: () => Date.now() },
  });

/** Every type, nulls of each, the numbers that texts lose, and more rows than one part holds. */
const ROWS = 400_000;
const everyType = {
  timestampUs: Float64Array.from({ length: ROWS }, (_, i) => 1e15 + i),
  columns: [
    {
      name: 'd',
      type: 'DOUBLE',
      values: Float64Array.from({ length: ROWS }, (_, i) => [0.1 + 0.2, -0, Number.NaN, 5e-324, i][i % 5]!),
    },
    { name: 'n', type: 'BIGINT', values: Array.from({ length: ROWS }, (_, i) => [2n ** 62n + 1n, null, -7][i % 3]!) },
    { name: 'b', type: 'BOOLEAN', values: Array.from({ length: ROWS }, (_, i) => [true, null, false][i % 3]!) },
    { name: 'Text', type: 'VARCHAR', values: Array.from({ length: ROWS }, (_, i) => ['é\n"\\', null, ''][i % 3]!) },
  ],
} as const;
const SAME = 'SELECT count(*), sum(hash(timestamp, d, n, b, "Text"))::VARCHAR, min(timestamp), max(d) FROM m';
const limits = { rowsMax: 10, timeoutMs: 20_000 };

it('sees one moment while others write, widen and drop, and comes back bit for bit', async () => {
  const store = await openStore('first.duckdb');
  await store.append('m', everyType, { dedupKeys: ['Text'] });
  const before = (await store.query(SAME, limits)).rows;
  const known = await store.find('m');
  const snapshot = await store.openSnapshot!();
  await store.append('later', { timestampUs: Float64Array.of(1), columns: [] });
  await store.append('m', {
    timestampUs: Float64Array.of(1e15),
    columns: [{ name: 'more', type: 'DOUBLE', values: Float64Array.of(1) }],
  });
  expect(snapshot.measurements).toEqual([known]);
  const [measurement] = snapshot.measurements;
  const refill = await openRefill(join(dir, 'second.duckdb'));
  await refill.begin(measurement!);
  let parts = 0;
  for await (const part of snapshot.parts(measurement!)) {
    if (parts === 0) await store.drop('m');
    parts += 1;
    const file = join(dir, 'part.parquet');
    writeFileSync(file, part);
    await refill.add(measurement!, file);
  }
  expect(parts).toBe(Math.ceil(ROWS / rowsOfPart(measurement!)));
  await refill.finish();
  await snapshot.close();
  expect(await store.find('m')).toBeUndefined();
  await store.close();
  expect(readdirSync(join(dir, 'tmp')).filter((name) => name.startsWith('backup-'))).toEqual([]);
  expect(readdirSync(join(dir, 'tmp/measurements-parts'))).toEqual([]);

  const again = await openStore('second.duckdb');
  expect(await again.find('m')).toEqual(known);
  expect((await again.query(SAME, limits)).rows).toEqual(before);
  await again.close();
}, 60_000);

it('takes every row once where a column is called like the engine numbers its rows, and where rows were replaced', async () => {
  const store = await openStore('fourth.duckdb');
  const rows = 300_000;
  const timestampUs = Float64Array.from({ length: rows }, (_, i) => i);
  const column = (name: string, by: number) => ({
    name,
    type: 'DOUBLE' as const,
    values: Float64Array.from({ length: rows }, (_, i) => by * i),
  });
  await store.append('named', { timestampUs, columns: [column('rowid', -1)] });
  await store.append('again', { timestampUs, columns: [column('v', 1)] });
  await store.append('again', { timestampUs, columns: [column('v', 2)] });
  const snapshot = await store.openSnapshot!();
  const refill = await openRefill(join(dir, 'fifth.duckdb'));
  for (const measurement of snapshot.measurements) {
    await refill.begin(measurement);
    let number = 0;
    for await (const part of snapshot.parts(measurement)) {
      const file = join(dir, `${measurement.name}-${number++}.parquet`);
      writeFileSync(file, part);
      await refill.add(measurement, file);
    }
  }
  await refill.finish();
  await snapshot.close();
  const sums =
    'SELECT (SELECT sum(hash(timestamp, rowid)) FROM named)::VARCHAR, (SELECT sum(hash(timestamp, v)) FROM again)::VARCHAR';
  const before = (await store.query(sums, limits)).rows;
  await store.close();
  const again = await openStore('fifth.duckdb');
  expect((await again.query(sums, limits)).rows).toEqual(before);
  await again.close();
}, 60_000);

it('refuses a measurement that has not the rows it should', async () => {
  const refill = await openRefill(join(dir, 'third.duckdb'));
  await refill.begin({
    ...{ name: 'm', dedupKeys: [], rowCount: 1, firstTsUs: 1, lastTsUs: 1 },
    columns: [{ name: 'timestamp', type: 'TIMESTAMP' }],
  });
  await expect(refill.finish()).rejects.toMatchObject({ code: 'backup_damaged' });
  await refill.discard();
  expect(readdirSync(dir)).not.toContain('third.duckdb');
});
