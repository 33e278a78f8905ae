/** The bytes of a snapshot of bars: formatting a million rows is no work for the event loop. */
import type { RawBars } from '#engine/calendar/bars-from-columns.js';
import { formatBarsCsv } from '../bars-csv.js';
import { defineTask } from '../task.js';

export const snapshotBarsTask = defineTask({
  name: 'snapshotBars',
  run: (bars: RawBars) => new TextEncoder().encode(formatBarsCsv(bars)),
  transfer: (bytes) => [bytes.buffer as ArrayBuffer],
});
