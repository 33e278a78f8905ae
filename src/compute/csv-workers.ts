/** The CSV work of the measurement store, done on the pool. */
import type { CsvWorkers } from '#data/csv/workers.js';
import type { Compute } from './port.js';

export const csvWorkersOn = (compute: Compute): CsvWorkers => {
  const hear = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });
  return {
    atOnce: Math.max(1, compute.workers),
    scan: (request, signal) => compute.run('csvScan', request, hear(signal)),
    parse: (request, signal) => compute.run('csvBlock', request, hear(signal)),
    format: (request, signal) => compute.run('csvText', request, hear(signal)),
  };
};
