/**
 * What an operator watches, in Prometheus' text form (docs/guides/operate.md says what each figure is for).
 *
 * Names by Prometheus' convention: `almanac_`, the thing, its unit; `_total` only grows. Labels hold few values, never ids.
 */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Compute } from '#compute/port.js';
import type { MeasurementStore } from '#data/timeseries/port.js';
import type { Database } from '#store/database.js';
import { type DurationTally, makeDurationTally } from './metrics/duration-tally.js';
import {
  computeFigures,
  connectionFigures,
  diskFigures,
  measurementFigures,
  writeFigures,
} from './metrics/house-figures.js';
import type { Refresh } from './metrics/refresh.js';
import { rowFigures } from './metrics/row-figures.js';
import type { WriteTally } from './metrics/write-tally.js';

export interface Metrics {
  /** Counts an answer; called for every one, so it only adds to a number. */
  readonly observe: DurationTally['observe'];
  render(): Promise<string>;
  readonly contentType: string;
}

/** The rows alone, or the whole house; what is not given is not shown. */
export interface MetricsDesk {
  readonly db: Database;
  readonly version?: string;
  /** Tells of jobs that any process took back from a dead worker. */
  readonly queue?: { onLost(listener: (jobId: string) => void): unknown };
  readonly compute?: Compute;
  readonly measurements?: MeasurementStore;
  readonly writes?: WriteTally;
  readonly paths?: { readonly root: string; readonly measurements: string };
}

export function createMetrics(desk: MetricsDesk): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'almanac_' });
  const durations = makeDurationTally();
  const rows = rowFigures(registry, { db: desk.db, nowMs: () => performance.now() });
  const refreshes = [rows.refresh, ...figuresOf(registry, desk)];
  if (desk.version !== undefined) tellVersion(registry, desk.version);
  if (desk.queue !== undefined) countLost(registry, desk.queue);
  return {
    observe: durations.observe,
    async render() {
      await Promise.all(refreshes.map((refresh) => refresh()));
      return `${await registry.metrics()}\n${rows.render()}${durations.render()}`;
    },
    contentType: registry.contentType,
  };
}

function figuresOf(registry: Registry, desk: MetricsDesk): Refresh[] {
  const { db, compute, measurements, writes, paths } = desk;
  return [
    connectionFigures(registry, db),
    ...(compute === undefined ? [] : [computeFigures(registry, compute)]),
    ...(writes === undefined ? [] : [writeFigures(registry, writes)]),
    ...(paths === undefined ? [] : [diskFigures(registry, paths.root)]),
    ...(measurements === undefined || paths === undefined
      ? []
      : [measurementFigures(registry, measurements, paths.measurements)]),
  ];
}

function countLost(registry: Registry, queue: NonNullable<MetricsDesk['queue']>): void {
  const lost = new Counter({
    name: 'almanac_job_lease_expiries_total',
    help: 'Jobs taken back from a worker that died or was cut off',
    registers: [registry],
  });
  queue.onLost(() => lost.inc());
}

function tellVersion(registry: Registry, version: string): void {
  const info = new Gauge({
    name: 'almanac_build_info',
    help: 'Always 1; its labels say what runs',
    labelNames: ['version', 'node'] as const,
    registers: [registry],
  });
  info.set({ version, node: process.version }, 1);
}
