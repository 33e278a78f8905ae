/** Run as a process of its own by kill.test.ts: writes into a store for ever, and says each write once it is promised. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbeddedStore } from '#data/timeseries/embedded/store.js';

const ROWS = 30_000;
const dir = process.argv[2]!;
const firstRound = Number(process.argv[3]);

const store = await openEmbeddedStore({
  path: join(dir, 'm.duckdb'),
  tmpDir: join(dir, 'tmp'),
  memoryLimit: '256MB',
  threads: 2,
  clock: { nowMs: () => performance.now() },
});

async function appends(): Promise<void> {
  for (let round = firstRound; ; round++) {
    const timestampUs = Float64Array.from({ length: 50 }, (_, i) => round * 50 + i);
    await store.append('appends', {
      timestampUs,
      columns: [{ name: 'round', type: 'DOUBLE', values: new Float64Array(50).fill(round) }],
    });
    process.stdout.write(`append ${round}\n`);
  }
}

async function imports(): Promise<void> {
  for (let round = firstRound; ; round++) {
    const path = join(dir, `${round}.csv`);
    // Every round rewrites the same times: the last promised one must be there whole.
    const lines = Array.from({ length: ROWS }, (_, i) => `${ROWS - i},${round},row ${i} of a longer text\n`);
    writeFileSync(path, `timestamp_unix,round,note\n${lines.join('')}`);
    await store.importCsv({ measurement: 'imports', path, onError: 'abort', delimiter: ',' });
    process.stdout.write(`import ${round}\n`);
  }
}

await Promise.all([appends(), imports()]);
