/** The benches of the whole house, in one list. */
import { backupBench } from './backup.bench.js';
import type { Bench } from './bench.js';
import { boostingLanesBench } from './boosting-lanes.bench.js';
import { boostingSmallBench } from './boosting-small.bench.js';
import { exportBench } from './export.bench.js';
import { httpBench } from './http.bench.js';
import { importBench } from './import.bench.js';
import { lightgbmBench } from './peers/lightgbm.bench.js';
import { pipelineBench } from './pipeline.bench.js';
import { questdbImportBench } from './questdb-import.bench.js';
import { bookReferenceBench, bookStateReferenceBench } from './reference/book.bench.js';
import { dbnReferenceBench } from './reference/dbn.bench.js';
import { gbmReferenceBench } from './reference/gbm.bench.js';
import { histogramReferenceBench } from './reference/histogram.bench.js';
import { rollingReferenceBench } from './reference/rolling.bench.js';
import { sweepReferenceBench } from './reference/sweep.bench.js';
import { startBench } from './start.bench.js';
import { workersBench } from './workers.bench.js';

export const benches: readonly Bench[] = [
  startBench,
  importBench,
  questdbImportBench,
  exportBench,
  backupBench,
  httpBench,
  pipelineBench,
  dbnReferenceBench,
  sweepReferenceBench,
  rollingReferenceBench,
  histogramReferenceBench,
  bookReferenceBench,
  bookStateReferenceBench,
  gbmReferenceBench,
  boostingLanesBench,
  boostingSmallBench,
  lightgbmBench,
  workersBench,
];
