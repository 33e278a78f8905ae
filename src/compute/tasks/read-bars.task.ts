/** A CSV file of bars into columns: parsing two hundred megabytes is no work for the event loop. */
import { type GatheredBars, gatherBarRows } from '../bar-rows.js';
import { eachRecord } from '../csv-records.js';
import { defineTask } from '../task.js';

export const readBarsTask = defineTask({
  name: 'readBars',
  async run({ path }: { readonly path: string }): Promise<GatheredBars> {
    const gatherer = gatherBarRows({ ticker: null, interval: null });
    await eachRecord(path, (record) => gatherer.add(record));
    return gatherer.finish();
  },
  transfer: ({ groups }) =>
    groups.flatMap(({ columns }) => Object.values(columns).map(({ buffer }) => buffer as ArrayBuffer)),
});
