/** Columns into the bytes of CSV lines, which are moved to the caller. */
import { type CsvTextRequest, formatCsv } from '#data/csv/text.js';
import { defineTask } from '../task.js';

export const csvTextTask = defineTask({
  name: 'csvText',
  run: (request: CsvTextRequest) => formatCsv(request),
  transfer: (text) => [text.buffer],
});
