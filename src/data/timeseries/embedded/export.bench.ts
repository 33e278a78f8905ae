/** How fast a time and five doubles of full precision leave as CSV, formatted on worker threads. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvWorkersOn } from '#compute/csv-workers.js';
import { openCompute } from '#compute/pool.js';
import { type BenchResult, watchRss } from './csv.bench.js';
import { openEmbeddedStore } from './store.js';

export const SIZES = { small: 20_000, large: 5_000_000 };

export async function bench(size: keyof typeof SIZES): Promise<BenchResult> {
  const rows = SIZES[size];
  const dir = mkdtempSync(join(tmpdir(), 'almanac-bench-'));
  const compute = openCompute({ workers: 2 });
  const store = await openEmbeddedStore({
    path: join(dir, 'm.duckdb'),
    tmpDir: join(dir, 'tmp'),
    memoryLimit: '256MB',
    threads: 2,
    clock: { nowMs: () => performance.now() },
    csv: csvWorkersOn(compute),
  });
  for (let start = 0; start < rows; start += 250_000) await appendNoise(store, start, Math.min(250_000, rows - start));
  const rss = watchRss();
  const started = performance.now();
  const hash = createHash('sha256');
  for await (const part of await store.exportCsv('SELECT * FROM noise')) hash.update(part as Buffer);
  const ms = performance.now() - started;
  const rssMiBMax = rss.stop();
  await store.close();
  await compute.close();
  rmSync(dir, { recursive: true });
  return {
    name: 'export',
    rows,
    ms: Math.round(ms),
    rowsPerSecond: Math.round((rows / ms) * 1000),
    rssMiBMax,
    hash: hash.digest('hex'),
  };
}

/** Doubles of 16 and 17 digits: the worst there is to write. */
async function appendNoise(
  store: Awaited<ReturnType<typeof openEmbeddedStore>>,
  start: number,
  rows: number,
): Promise<void> {
  let seed = start + 1;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const values = () => Float64Array.from({ length: rows }, () => 100 + 50 * (random() + random() / 2 ** 21));
  await store.append('noise', {
    timestampUs: Float64Array.from({ length: rows }, (_, row) => (start + row) * 1e6),
    columns: ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, type: 'DOUBLE', values: values() })),
  });
}
