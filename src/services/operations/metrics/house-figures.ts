/** Figures of this process: its connections, its compute threads, what it wrote, its disk and its measurements. */
import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Counter, Gauge, type Registry } from 'prom-client';
import { AppError } from '#base/errors.js';
import type { Compute } from '#compute/port.js';
import type { MeasurementStore } from '#data/timeseries/port.js';
import { type Database, poolLoadOf } from '#store/database.js';
import type { Refresh } from './refresh.js';
import { OUTCOMES, WAYS, type WriteTally } from './write-tally.js';

const PATIENCE_MS = 2_000;

export function connectionFigures(registry: Registry, db: Database): Refresh {
  const gauge = gaugesOf(registry);
  const max = gauge('almanac_database_connections_max', 'Connections to PostgreSQL that this process may keep');
  const connections = new Gauge({
    name: 'almanac_database_connections',
    help: 'Connections to PostgreSQL that this process keeps, by state',
    labelNames: ['state'] as const,
    registers: [registry],
  });
  const waiting = gauge('almanac_database_waiting', 'Callers that wait for a connection at this moment');
  const waits = countsOf(registry, 'almanac_database_waits_total', 'Times that a caller asked for a connection');
  const waited = countsOf(
    registry,
    'almanac_database_wait_seconds_total',
    'Seconds that callers waited for connections',
  );
  return () => {
    const load = poolLoadOf(db);
    if (load === undefined) return;
    max.set(load.max);
    connections.set({ state: 'busy' }, load.open - load.idle);
    connections.set({ state: 'idle' }, load.idle);
    waiting.set(load.waiting);
    waits(load.waits);
    waited(load.waitedS);
  };
}

export function computeFigures(registry: Registry, compute: Compute): Refresh {
  const gauge = gaugesOf(registry);
  const threads = gauge('almanac_compute_threads', 'Compute threads that this process may use');
  const busy = gauge('almanac_compute_threads_busy', 'Compute threads that work at this moment');
  const waiting = gauge('almanac_compute_tasks_waiting', 'Tasks that wait for a compute thread');
  return () => {
    const load = compute.load();
    threads.set(compute.workers);
    busy.set(load.busy);
    waiting.set(load.waiting);
  };
}

export function writeFigures(registry: Registry, writes: WriteTally): Refresh {
  const rows = new Counter({
    name: 'almanac_measurement_rows_total',
    help: 'Rows that this process wrote to measurements, by way (import is CSV) and outcome',
    labelNames: ['way', 'outcome'] as const,
    registers: [registry],
  });
  return () => {
    rows.reset();
    for (const way of WAYS) for (const outcome of OUTCOMES) rows.inc({ way, outcome }, writes.rows[way][outcome]);
  };
}

export function diskFigures(registry: Registry, root: string): Refresh {
  const gauge = gaugesOf(registry);
  const size = gauge('almanac_data_dir_size_bytes', 'Size of the file system of the data directory');
  const free = gauge('almanac_data_dir_free_bytes', 'What is left on the file system of the data directory');
  return async () => {
    const { bsize, blocks, bavail } = await statfs(root);
    size.set(blocks * bsize);
    free.set(bavail * bsize);
  };
}

export function measurementFigures(registry: Registry, store: MeasurementStore, dir: string): Refresh {
  const up = gaugesOf(registry)('almanac_measurements_up', '1 when the measurements answer within two seconds');
  const bytes = gaugesOf(registry)('almanac_measurements_bytes', 'Size of the embedded measurements; 0 with a QuestDB');
  return async () => {
    const [isUp, size] = await Promise.all([answers(store), bytesIn(dir)]);
    up.set(isUp ? 1 : 0);
    bytes.set(store.backend === 'embedded' ? size : 0);
  };
}

async function answers(store: MeasurementStore): Promise<boolean> {
  try {
    await store.query('select 1', { rowsMax: 1, timeoutMs: PATIENCE_MS });
    return true;
  } catch (error) {
    // Our own file cannot be away: there a late answer means that users keep it busy.
    return error instanceof AppError && error.kind === 'timeout' && store.backend === 'embedded';
  }
}

/** The file and what is on its way into it. */
async function bytesIn(dir: string): Promise<number> {
  const sizes = await Promise.all(
    ['measurements.duckdb', 'measurements.duckdb.wal'].map((name) =>
      stat(join(dir, name)).then(
        ({ size }) => size,
        () => 0, // There is no log between two writes, and no file with a QuestDB.
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

const gaugesOf = (registry: Registry) => (name: string, help: string) =>
  new Gauge({ name, help, registers: [registry] });

/** A counter whose sum somebody else keeps. */
function countsOf(registry: Registry, name: string, help: string) {
  const counter = new Counter({ name, help, registers: [registry] });
  return (total: number) => {
    counter.reset();
    counter.inc(total);
  };
}
