import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createRowReader } from './row-reader.js';
import { openTableWriter } from './table-writer.js';

const dir = mkdtempSync(join(tmpdir(), 'almanac-row-reader-'));
const reader = createRowReader({ threads: 2 });
afterAll(() => {
  reader.close();
  rmSync(dir, { recursive: true, force: true });
});

it('gives single rows of many row groups in their order', async () => {
  const rows = 400_000;
  const index = Float64Array.from({ length: rows }, (_, row) => row);
  const writer = await openTableWriter(join(dir, 'rows.parquet'), [{ name: 'record_index', kind: 'i64' }]);
  await writer.append(rows, [index]);
  const { path } = await writer.finish();
  const wanted = Array.from({ length: 2000 }, (_, i) => i * 200);
  const runs = wanted.map((row) => ({ from: row, to: row + 1 }));
  for (let turn = 0; turn < 5; turn++) {
    const { columns } = await reader.doubles(path, ['record_index'], runs);
    expect([...columns[0]!]).toEqual(wanted);
  }
});
