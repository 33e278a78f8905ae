/** What an operator watches, in Prometheus' text form: answers by surface, jobs, the loop's lag, memory. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { AppError } from '#base/errors.js';
import type { Database } from '#store/database.js';
import { type DurationTally, makeDurationTally } from './duration-tally.js';
import { countAllJobs } from './job.service.js';

export interface Metrics {
  /** Counts an answer; called for every one, so it only adds to a number. */
  readonly observe: DurationTally['observe'];
  render(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(desk: { db: Database }): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'almanac_' });
  const durations = makeDurationTally();
  new Gauge({
    name: 'almanac_jobs',
    help: 'Jobs by kind and status',
    labelNames: ['kind', 'status'] as const,
    registers: [registry],
    async collect() {
      const counts = await jobsOrNone(desk.db);
      this.reset();
      for (const { kind, status, count } of counts) this.set({ kind, status }, count);
    },
  });
  return {
    observe: durations.observe,
    render: async () => `${await registry.metrics()}\n${durations.render()}`,
    contentType: registry.contentType,
  };
}

/** While the database is away the other figures matter most: they are shown without the jobs. */
async function jobsOrNone(db: Database) {
  try {
    return await countAllJobs(db);
  } catch (error) {
    if (error instanceof AppError && error.kind === 'unavailable') return [];
    throw error;
  }
}
