/**
 * A day of MBP-10 records from its raw file to features, bars and a quality report, through the server as a user runs it; and then,
 * on a server that has just been started over the same files, how soon questions about that day are answered.
 */
import { loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Bench, BenchSize } from './bench.js';
import { hashDataFiles, runStages } from './market-day.js';
import { askAboutDay } from './market-latency.js';
import { makeDataDir, startServerProcess } from './server-process.js';

// Of a hundred order events some 64 change the ten best levels: so many give ten million rows.
const EVENTS = { small: 10_000, large: 15_700_000 } as const;
const SEED = 42;

export const pipelineBench: Bench = {
  name: 'pipeline',
  promise:
    '>= 120,000 rows/s end to end on two cores, stretch 250,000, < 1024 MiB; audit sample < 300 ms, replay page < 200 ms, heatmap < 500 ms, book at any nanosecond p95 < 150 ms cold',
  async run(size) {
    const { dir, remove } = makeDataDir();
    try {
      const made = await makeDay(dir, size);
      return { ...made, hash: await hashDataFiles(dir) };
    } finally {
      remove();
    }
  },
};

async function makeDay(dir: string, size: BenchSize) {
  const maker = await startServerProcess(dir);
  let server = maker;
  try {
    const source = { type: 'synthetic', schema: 'mbp-10', seed: SEED, events: EVENTS[size] };
    const raw = await runStages(maker.listeners['umiki']!, ['download'], { source });
    server = await fresh(maker, dir, size);
    const loadBefore = loadavg()[0]!;
    const [startedMs, startedCpuMs] = [performance.now(), server.cpuMs()];
    const stages = await runStages(server.listeners['umiki']!, ['decode', 'derive', 'qc']);
    const [ms, endedCpuMs] = [performance.now() - startedMs, server.cpuMs()];
    const cpuMs = startedCpuMs === null || endedCpuMs === null ? null : endedCpuMs - startedCpuMs;
    const rssMibMax = server.rssMibMax();
    const { rows } = stages['decode']!;
    server = await fresh(server, dir, size);
    const questions = await askAboutDay(server, size);
    return {
      rows,
      rows_per_s: Math.round((1000 * rows) / ms),
      rows_per_cpu_s: cpuMs === null ? null : Math.round((1000 * rows) / cpuMs),
      ms: Math.round(ms),
      cpu_s: cpuMs === null ? null : cpuMs / 1000,
      rss_mib_max: rssMibMax,
      simulate_ms: raw['download']!.ms,
      decode_ms: stages['decode']!.ms,
      derive_ms: stages['derive']!.ms,
      qc_ms: stages['qc']!.ms,
      ...questions,
      load_before: round(loadBefore),
      load_after: round(loadavg()[0]!),
    };
  } finally {
    await server.stop();
  }
}

/** A server that remembers nothing; at the small size the same one, since nobody reads its figures. */
async function fresh(server: Awaited<ReturnType<typeof startServerProcess>>, dir: string, size: BenchSize) {
  if (size === 'small') return server;
  await server.stop();
  return startServerProcess(dir);
}

const round = (figure: number) => Math.round(figure * 100) / 100;
