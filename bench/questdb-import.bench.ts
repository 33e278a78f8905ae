/**
 * A CSV import into QuestDB, end to end through the store as the server opens it, beside the same file into the embedded store
 * and the vendor's own client that sends the same rows without reading any file: all three in one run, because only their
 * ratio means anything on a busy machine.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Sender } from '@questdb/nodejs-client';
import { csvWorkersOn } from '#compute/csv-workers.js';
import { openCompute } from '#compute/pool.js';
import { openEmbeddedStore } from '#data/timeseries/embedded/store.js';
import type { MeasurementStore } from '#data/timeseries/port.js';
import { openQuestdbStore } from '#data/timeseries/questdb/store.js';
import { findQuestdb, type RunningQuestdb, startQuestdb } from '../scripts/questdb.js';
import type { Bench, BenchResult } from './bench.js';
import { writePriceCsv } from './price-csv.js';
import { makeDataDir } from './server-process.js';

const ROWS = { small: 20_000, large: 2_000_000 } as const;
/** The server's own compiler warms up like ours: the first import of a fresh JVM is told apart. */
const ROUNDS = { small: 1, large: 3 } as const;
const COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const;
const clock = { nowMs: () => performance.now() };

export const questdbImportBench: Bench = {
  name: 'questdb-import',
  promise: '>= 300,000 rows/s of 6 columns end to end into QuestDB',
  async run(size) {
    const found = await findQuestdb();
    if ('reason' in found) return { skipped: found.reason, hash: '00000000' };
    const rows = ROWS[size];
    const { dir, remove } = makeDataDir();
    const path = join(dir, '..', 'prices.csv');
    await writePriceCsv(path, 0, rows);
    const server = await startQuestdb(found.jar, { heapMiB: 1024, isBrief: size === 'small' });
    const compute = openCompute({ workers: 2 });
    const csv = csvWorkersOn(compute);
    const embedded = await openEmbeddedStore({
      path: join(dir, 'm.duckdb'),
      tmpDir: join(dir, 'tmp'),
      memoryLimit: '1GB',
      threads: 2,
      clock,
      csv,
    });
    const questdb = await openQuestdbStore({ url: server.url, ilpUrl: null, timeoutMs: 60_000, clock, csv });
    try {
      const rounds: Figures[] = [];
      for (let round = 0; round < ROUNDS[size]; round++) {
        const name = `round_${round}`;
        const load = (store: MeasurementStore) =>
          store.importCsv({ measurement: name, path, onError: 'abort', delimiter: ',' });
        rounds.push({
          embedded: await rateOf(rows, server, () => load(embedded)),
          questdb: await rateOf(rows, server, () => load(questdb)),
          bare: await rateOf(rows, server, () => sendBare(server, questdb, `bare_${round}`, rows)),
        });
      }
      return {
        ...figuresOf(rows, rounds),
        hash: await sameHash([embedded, 'round_0'], [questdb, 'round_0'], [questdb, 'bare_0']),
      };
    } finally {
      await questdb.close();
      await embedded.close();
      await compute.close();
      await server.stop();
      await rm(path);
      remove();
    }
  },
};

interface Rate {
  readonly rowsPerS: number;
  /** Of our process with its workers, and of the server, in ms. */
  readonly cpuMs: number;
  readonly serverCpuMs: number;
}

type Figures = Readonly<Record<'embedded' | 'questdb' | 'bare', Rate>>;

async function rateOf(rows: number, server: RunningQuestdb, work: () => Promise<unknown>): Promise<Rate> {
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  const serverMs = serverCpuMs(server.pid());
  await work();
  const ms = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  return {
    rowsPerS: Math.round((1000 * rows) / ms),
    cpuMs: Math.round((user + system) / 1000),
    serverCpuMs: serverCpuMs(server.pid()) - serverMs,
  };
}

/** Linux counts in ticks of 10 ms; elsewhere nobody tells without a tool. */
function serverCpuMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return 0;
  }
}

/** The rows of the file out of memory, through the vendor's client, until they can be read. */
async function sendBare(server: RunningQuestdb, store: MeasurementStore, name: string, rows: number): Promise<void> {
  const { timestampUs, columns } = await store.readDoubles('round_0');
  await store.append(name, {
    timestampUs: new Float64Array(0),
    columns: COLUMNS.map((column) => ({ name: column, type: 'DOUBLE', values: new Float64Array(0) })),
  });
  const sender = await Sender.fromConfig(
    `http::addr=${new URL(server.url).host};protocol_version=2;auto_flush_rows=10000;init_buf_size=4194304;`,
  );
  for (let row = 0; row < rows; row++) {
    sender.table(name);
    for (const column of COLUMNS) sender.floatColumn(column, columns[column]![row]!);
    await sender.at(BigInt(timestampUs[row]!), 'us');
  }
  await sender.flush();
  await sender.close();
  while ((await store.find(name))?.rowCount !== rows) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The best round of each, which neighbours disturbed least, and what its rows cost in processor time. */
function figuresOf(rows: number, rounds: readonly Figures[]): Omit<BenchResult, 'hash'> {
  const best = (of: keyof Figures) =>
    rounds.map((round) => round[of]).reduce((a, b) => (b.rowsPerS > a.rowsPerS ? b : a));
  const said = (of: keyof Figures) => {
    const { rowsPerS, cpuMs, serverCpuMs: serverMs } = best(of);
    return { [`${of}_rows_per_s`]: rowsPerS, [`${of}_cpu_ms`]: cpuMs, [`${of}_server_cpu_ms`]: serverMs };
  };
  return {
    rows,
    first_rows_per_s: rounds[0]!.questdb.rowsPerS,
    ...said('questdb'),
    ...said('embedded'),
    ...said('bare'),
  };
}

/** All three hold the same doubles, bit for bit. */
async function sameHash(...tables: [MeasurementStore, string][]): Promise<string> {
  const hashes = new Set<string>();
  for (const [store, name] of tables) {
    const hash = createHash('sha256');
    const { timestampUs, columns } = await store.readDoubles(name, { columns: COLUMNS });
    for (const column of [timestampUs, ...Object.values(columns)]) hash.update(Buffer.from(column.buffer));
    hashes.add(hash.digest('hex').slice(0, 16));
  }
  if (hashes.size !== 1) throw new Error(`The stores hold different rows: ${[...hashes].join(', ')}`);
  return [...hashes][0]!;
}
