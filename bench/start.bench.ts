/** A warm start on embedded storage: the second one, when PostgreSQL and DuckDB already have their files. */
import { createHash } from 'node:crypto';
import type { Bench } from './bench.js';
import { makeDataDir, startServerProcess } from './server-process.js';

const STARTS = { small: 1, large: 5 } as const;

export const startBench: Bench = {
  name: 'start',
  promise: 'second start ready in < 2000 ms, < 350 MiB resident',
  async run(size) {
    const { dir, remove } = makeDataDir();
    try {
      const first = await startServerProcess(dir);
      await first.stop();
      const warm: { ms: number; rss: number | null }[] = [];
      for (let i = 0; i < STARTS[size]; i++) {
        const server = await startServerProcess(dir);
        warm.push({ ms: Math.round(server.readyMs), rss: server.rssMib() });
        await server.stop();
      }
      const median = warm.toSorted((a, b) => a.ms - b.ms)[Math.floor(warm.length / 2)]!;
      const names = Object.keys(first.listeners).sort().join();
      return {
        ready_ms: median.ms,
        ready_ms_max: Math.max(...warm.map(({ ms }) => ms)),
        first_ready_ms: Math.round(first.readyMs),
        rss_mib: median.rss,
        starts: warm.length,
        hash: createHash('sha256').update(names).digest('hex').slice(0, 16),
      };
    } finally {
      remove();
    }
  },
};
