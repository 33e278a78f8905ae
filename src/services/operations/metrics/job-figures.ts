/**
 * What became of jobs, whichever process ran them: at each scrape the rows tell what started and ended since the last.
 *
 * Counted from rows and not from the news of each job, which would cost a read a job; so the counters stand a few seconds
 * behind, and a job that ended and was sent again between two scrapes is counted once.
 */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Database } from '#store/database.js';
import { countJobs, oldestQueuedSeconds, readJobWindow } from '#store/job-timing.store.js';
import { label, makeHistogram } from './histogram.js';

/** From an empty job to six hours of learning. */
const RUN_BOUNDS_S = [0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 21_600];
/** An idle house claims within 50 ms; the safety net looks every half second; a dead worker's job waits 15 s. */
const WAIT_BOUNDS_S = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60, 300, 1800];

export interface JobFigures {
  read(): Promise<void>;
  /** While the rows cannot be read, numbers of the past would pass for those of now. */
  forgetStates(): void;
  render(): string;
}

export function jobFigures(registry: Registry, db: Database): JobFigures {
  const registers = [registry];
  const states = new Gauge({
    name: 'almanac_jobs',
    help: 'Jobs by kind and status; finished ones are kept for 30 days',
    labelNames: ['kind', 'status'] as const,
    registers,
  });
  const oldest = new Gauge({
    name: 'almanac_job_oldest_queued_seconds',
    help: 'How long the job that has waited longest has been queued; 0 when none is',
    registers,
  });
  const finished = new Counter({
    name: 'almanac_jobs_finished_total',
    help: 'Jobs that ended, by kind and by how',
    labelNames: ['kind', 'status'] as const,
    registers,
  });
  const waits = makeHistogram({
    name: 'almanac_job_start_wait_seconds',
    help: 'Time from the sending of a job to its first start',
    bounds: WAIT_BOUNDS_S,
  });
  const runs = makeHistogram({
    name: 'almanac_job_duration_seconds',
    help: 'Time from the first start of a job to its end, pauses between attempts included',
    bounds: RUN_BOUNDS_S,
  });
  let since: string | undefined;

  return {
    async read() {
      const [counts, oldestS, window] = await Promise.all([
        countJobs(db),
        oldestQueuedSeconds(db),
        readJobWindow(db, {
          ...(since === undefined ? {} : { since }),
          waitBoundsS: WAIT_BOUNDS_S,
          runBoundsS: RUN_BOUNDS_S,
        }),
      ]);
      since = window.until;
      states.reset();
      for (const { kind, status, count } of counts) states.set({ kind, status }, count);
      oldest.set(oldestS);
      for (const { kind, bucket, count, sumS } of window.waits) waits.add(label('kind', kind), bucket, count, sumS);
      for (const { kind, status, bucket, count, sumS } of window.runs) {
        finished.inc({ kind, status: status ?? '' }, count);
        runs.add(label('kind', kind), bucket, count, sumS);
      }
    },
    forgetStates() {
      states.reset();
      oldest.reset();
    },
    render: () => `${waits.render()}${runs.render()}`,
  };
}
