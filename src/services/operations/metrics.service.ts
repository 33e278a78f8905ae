/** What an operator watches, in Prometheus' text form: answers by surface, jobs, the loop's lag, memory. */
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { AppError } from '#base/errors.js';
import type { Database } from '#store/database.js';
import { countAllJobs } from './job.service.js';

export interface RequestFacts {
  readonly surface: string;
  readonly method: string;
  /** The route as registered, never the path: labels must stay few. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export interface Metrics {
  /** Counts an answer; called for every one, so it only adds to a number. */
  observe(facts: RequestFacts): void;
  render(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(desk: { db: Database }): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'almanac_' });
  const durations = new Histogram({
    name: 'almanac_http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer',
    labelNames: ['surface', 'method', 'route', 'status'] as const,
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600],
    registers: [registry],
  });
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
  // Looking labels up by their values costs more than the count itself; there are only as many as routes and statuses.
  const children = new Map<string, ReturnType<typeof durations.labels>>();
  return {
    observe({ surface, method, route, status, seconds }) {
      const key = `${surface} ${method} ${route} ${status}`;
      let child = children.get(key);
      if (child === undefined) {
        child = durations.labels(surface, method, route, String(status));
        children.set(key, child);
      }
      child.observe(seconds);
    },
    render: () => registry.metrics(),
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
