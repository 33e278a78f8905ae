/** The first pass over a CSV file: its rows, types, faults and where to cut it. */
import { type CsvScanRequest, scanCsvFile } from '#data/csv/file.js';
import { defineTask } from '../task.js';

export const csvScanTask = defineTask({
  name: 'csvScan',
  run: (request: CsvScanRequest, context) => scanCsvFile(request, context),
});
