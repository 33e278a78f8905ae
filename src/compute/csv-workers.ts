/** The CSV work of the measurement store, done on the pool. */
import type { CsvWorkers } from '#data/csv/workers.js';
import type { Compute } from './port.js';

export const csvWorkersOn = (compute: Compute): CsvWorkers => ({
  atOnce: Math.max(1, compute.workers),
  scan: (request, signal) => compute.run('csvScan', request, signal === undefined ? {} : { signal }),
  parse: (request) => compute.run('csvBlock', request),
  format: (request) => compute.run('csvText', request),
  lines: (request) => compute.run('csvLines', request),
});
