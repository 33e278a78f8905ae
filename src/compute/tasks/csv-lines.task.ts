/** One span of a CSV file into lines for QuestDB, which are moved to the caller. */
import { type CsvLinesRequest, csvLines } from '#data/timeseries/questdb/csv-lines.js';
import { defineTask } from '../task.js';

export const csvLinesTask = defineTask({
  name: 'csvLines',
  run: (request: CsvLinesRequest) => csvLines(request),
  transfer: ({ lines, timestampUs, hashes }) => [
    lines.buffer,
    timestampUs.buffer,
    ...(hashes === null ? [] : [hashes.buffer]),
  ],
});
