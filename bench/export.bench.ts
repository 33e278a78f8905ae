/** A streamed CSV export: from the POST until the last byte, hashed on the way. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Bench } from './bench.js';
import { writePriceCsv } from './price-csv.js';
import { makeDataDir, startServerProcess } from './server-process.js';
import { importCsv, post } from './stage1-calls.js';

/** Imported in parts, because one upload is bounded (stage1.md 1). */
const PARTS = { small: { count: 1, rows: 20_000 }, large: { count: 4, rows: 1_250_000 } } as const;

export const exportBench: Bench = {
  name: 'export',
  promise: '5 M rows of timestamp and 5 doubles at >= 800,000 rows/s, < 512 MiB',
  async run(size) {
    const { count, rows } = PARTS[size];
    const { dir, remove } = makeDataDir();
    const path = join(dir, '..', 'prices.csv');
    try {
      await fill(dir, path, count, rows);
      return await measure(dir, count * rows);
    } finally {
      remove();
    }
  },
};

/** By a server of its own, so that the memory of the import does not count for the export. */
async function fill(dir: string, path: string, parts: number, rows: number): Promise<void> {
  const server = await startServerProcess(dir);
  try {
    for (let part = 0; part < parts; part++) {
      await writePriceCsv(path, part * rows, (part + 1) * rows);
      await importCsv(server.listeners['stage1']!, 'bench_prices', path);
    }
  } finally {
    await server.stop();
  }
}

async function measure(dir: string, rows: number) {
  const server = await startServerProcess(dir);
  try {
    const startedMs = performance.now();
    const sql = 'SELECT * FROM "bench_prices"';
    const answer = await post(`${server.listeners['stage1']}/api/questdb/export`, { sql });
    if (!answer.ok || answer.body === null) throw new Error(`The export answers ${answer.status}`);
    const hash = createHash('sha256');
    let bytes = 0;
    let lines = 0;
    for await (const chunk of answer.body) {
      hash.update(chunk);
      bytes += chunk.length;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
    }
    const ms = performance.now() - startedMs;
    if (lines !== rows + 1) throw new Error(`The export has ${lines} lines, not ${rows + 1}`);
    return {
      rows,
      bytes,
      ms: Math.round(ms),
      rows_per_s: Math.round((1000 * rows) / ms),
      rss_mib_max: server.rssMibMax(),
      hash: hash.digest('hex').slice(0, 16),
    };
  } finally {
    await server.stop();
  }
}
