/** Figures that stand in the rows: jobs, sizes, and whether the database answers at all. */
import { Gauge, type Registry } from 'prom-client';
import { AppError } from '#base/errors.js';
import type { Database } from '#store/database.js';
import { readStoredBytes } from '#store/stored-bytes.store.js';
import { jobFigures } from './job-figures.js';

/** Sums over all artifacts and zone files: not at every scrape. */
const SIZES_EVERY_MS = 60_000;
/** Prometheus gives up after ten; while the database is away the other figures matter most. */
const PATIENCE_MS = 2_000;

export interface RowFigures {
  /** Returns after two seconds at the latest; what the rows tell later is there at the next. */
  refresh(): Promise<void>;
  render(): string;
}

export function rowFigures(registry: Registry, { db, nowMs }: { db: Database; nowMs: () => number }): RowFigures {
  const registers = [registry];
  const jobs = jobFigures(registry, db);
  const up = new Gauge({
    name: 'almanac_postgres_up',
    help: '1 when PostgreSQL answers within two seconds',
    registers,
  });
  const bytes = new Gauge({
    name: 'almanac_store_bytes',
    help: 'What the stores hold, by store',
    labelNames: ['store'] as const,
    registers,
  });
  let sizesAtMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<boolean> | undefined;

  async function readRows(): Promise<boolean> {
    try {
      await jobs.read();
      if (nowMs() - sizesAtMs < SIZES_EVERY_MS) return true;
      for (const [store, size] of Object.entries(await readStoredBytes(db))) bytes.set({ store }, size);
      sizesAtMs = nowMs();
      return true;
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unavailable') return false;
      throw error;
    }
  }

  return {
    async refresh() {
      // Two who scrape at once read once, or they would count twice.
      reading ??= readRows().finally(() => {
        reading = undefined;
      });
      const isUp = await inTime(reading);
      up.set(isUp ? 1 : 0);
      if (!isUp) jobs.forgetStates();
    },
    render: jobs.render,
  };
}

/** False when it takes too long. */
async function inTime(reading: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, false);
  });
  // A failure that comes too late has nobody who hears it; the next scrape meets it again.
  reading.catch(() => undefined);
  try {
    return await Promise.race([reading, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
