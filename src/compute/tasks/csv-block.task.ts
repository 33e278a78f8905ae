/** One span of a CSV file into typed columns, which are moved to the caller. */
import { buffersOf, type CsvBlockRequest, parseCsvBlock } from '#data/csv/file.js';
import { defineTask } from '../task.js';

export const csvBlockTask = defineTask({
  name: 'csvBlock',
  run: (request: CsvBlockRequest) => parseCsvBlock(request),
  transfer: buffersOf,
});
