/** A CSV file of option bars or option chains into columns. */
import { eachRecord } from '../csv-records.js';
import { type GatheredOptions, gatherOptionRows, type OptionRowKind } from '../option-rows.js';
import { defineTask } from '../task.js';

export const readOptionsTask = defineTask({
  name: 'readOptions',
  async run({ path, kind }: { readonly path: string; readonly kind: OptionRowKind }): Promise<GatheredOptions> {
    const gatherer = gatherOptionRows(kind);
    await eachRecord(path, (record) => gatherer.add(record));
    return gatherer.finish();
  },
  transfer: ({ groups }) =>
    groups.flatMap(({ columns }) => Object.values(columns).map(({ buffer }) => buffer as ArrayBuffer)),
});
