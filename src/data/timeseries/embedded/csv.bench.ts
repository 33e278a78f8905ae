/** How fast a CSV of six columns is imported, on worker threads, into a new measurement. */
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvWorkersOn } from '#compute/csv-workers.js';
import { openCompute } from '#compute/pool.js';
import { openEmbeddedStore } from './store.js';

export interface BenchResult {
  readonly name: string;
  readonly rows: number;
  readonly ms: number;
  readonly rowsPerSecond: number;
  readonly rssMiBMax: number;
  readonly hash: string;
}

export const SIZES = { small: 20_000, large: 2_000_000 };

export async function bench(size: keyof typeof SIZES): Promise<BenchResult> {
  const dir = mkdtempSync(join(tmpdir(), 'almanac-bench-'));
  const path = join(dir, 'bars.csv');
  writeBars(path, SIZES[size]);
  const compute = openCompute({ workers: 2 });
  const store = await openEmbeddedStore({
    path: join(dir, 'm.duckdb'),
    tmpDir: join(dir, 'tmp'),
    memoryLimit: '512MB',
    threads: 2,
    clock: { nowMs: () => performance.now() },
    csv: csvWorkersOn(compute),
  });
  const rss = watchRss();
  const started = performance.now();
  const { rowsInserted } = await store.importCsv({ measurement: 'bars', path, onError: 'abort', delimiter: ',' });
  const ms = performance.now() - started;
  const rssMiBMax = rss.stop();
  const hash = createHash('sha256');
  const { timestampUs, columns } = await store.readDoubles('bars');
  for (const column of [timestampUs, ...Object.values(columns)]) hash.update(Buffer.from(column.buffer));
  await store.close();
  await compute.close();
  rmSync(dir, { recursive: true });
  return {
    name: 'import',
    rows: rowsInserted,
    ms: Math.round(ms),
    rowsPerSecond: Math.round((rowsInserted / ms) * 1000),
    rssMiBMax,
    hash: hash.digest('hex'),
  };
}

/** Minute bars with prices of two decimals, from a fixed seed. */
export function writeBars(path: string, rows: number): void {
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const file = openSync(path, 'w');
  let text = 'timestamp_unix,open,high,low,close,volume\n';
  for (let row = 0; row < rows; row++) {
    const price = 100 + 50 * random();
    const cells = [price, price + random(), price - random(), price + random() - 0.5].map((value) => value.toFixed(2));
    text += `${1_500_000_000 + 60 * row},${cells.join(',')},${Math.floor(random() * 1e6)}\n`;
    if (text.length > 1 << 20) {
      writeSync(file, text);
      text = '';
    }
  }
  writeSync(file, text);
  closeSync(file);
}

/** The largest resident memory seen until it is stopped, in MiB. */
export function watchRss(): { stop(): number } {
  let bytesMax = process.memoryUsage.rss();
  const timer = setInterval(() => {
    bytesMax = Math.max(bytesMax, process.memoryUsage.rss());
  }, 10);
  return {
    stop() {
      clearInterval(timer);
      return Math.round(Math.max(bytesMax, process.memoryUsage.rss()) / 2 ** 20);
    },
  };
}
