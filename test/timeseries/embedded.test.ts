/** The embedded store, with its CSV work on real worker threads, keeps the port's rules. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { csvWorkersOn } from '#compute/csv-workers.js';
import { openCompute } from '#compute/pool.js';
import { openEmbeddedStore } from '#data/timeseries/embedded/store.js';
import { csvSuite } from './csv-suite.js';
import { type Backend, codeOf, portSuite } from './port-suite.js';

const compute = openCompute({ workers: 2 });
afterAll(() => compute.close());

const embedded: Backend = {
  name: 'embedded',
  open: (dir) =>
    openEmbeddedStore({
      path: join(dir, 'measurements.duckdb'),
      tmpDir: join(dir, 'tmp'),
      memoryLimit: '512MB',
      threads: 2,
      clock: { nowMs: () => performance.now() },
      csv: csvWorkersOn(compute),
    }),
};

portSuite(embedded);
csvSuite(embedded);

it('refuses a second opener of the same file, in words that help', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'almanac-second-'));
  const store = await embedded.open(dir);
  expect(await codeOf(embedded.open(dir))).toBe('store_taken');
  await store.close();
  await (await embedded.open(dir)).close();
  rmSync(dir, { recursive: true, force: true });
});
