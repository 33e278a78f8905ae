/** A CSV import end to end: from the POST of text/csv until the job is COMPLETED. */
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Bench } from './bench.js';
import { writePriceCsv } from './price-csv.js';
import { makeDataDir, startServerProcess } from './server-process.js';
import { hashOf, importCsv } from './stage1-calls.js';

const ROWS = { small: 20_000, large: 2_000_000 } as const;

export const importBench: Bench = {
  name: 'import',
  promise: '>= 500,000 rows/s of 6 columns on 2 M rows, < 1024 MiB',
  async run(size) {
    const rows = ROWS[size];
    const { dir, remove } = makeDataDir();
    const path = join(dir, '..', 'prices.csv');
    await writePriceCsv(path, 0, rows);
    const server = await startServerProcess(dir);
    try {
      const stage1 = server.listeners['stage1']!;
      const startedMs = performance.now();
      await importCsv(stage1, 'bench_prices', path);
      const ms = performance.now() - startedMs;
      return {
        rows,
        bytes: statSync(path).size,
        ms: Math.round(ms),
        rows_per_s: Math.round((1000 * rows) / ms),
        rss_mib_max: server.rssMibMax(),
        hash: await hashOf(stage1, 'bench_prices'),
      };
    } finally {
      await server.stop();
      rmSync(path);
      remove();
    }
  },
};
