/** A CSV file of bars into columns: parsing two hundred megabytes is no work for the event loop. */
import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { errors } from '#base/errors.js';
import { type GatheredBars, gatherBarRows } from '../bar-rows.js';
import { defineTask } from '../task.js';

export const readBarsTask = defineTask({
  name: 'readBars',
  async run({ path }: { readonly path: string }): Promise<GatheredBars> {
    const gatherer = gatherBarRows({ ticker: null, interval: null });
    const records = createReadStream(path).pipe(
      parse({
        columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
        bom: true,
        trim: true,
        skip_empty_lines: true,
      }),
    );
    try {
      for await (const record of records as AsyncIterable<Record<string, string>>) gatherer.add(record);
    } catch (error) {
      if (error instanceof CsvError) throw errors.invalidParameter('body', `The CSV cannot be read: ${error.message}`);
      throw error;
    }
    return gatherer.finish();
  },
  transfer: ({ groups }) =>
    groups.flatMap(({ columns }) => Object.values(columns).map(({ buffer }) => buffer as ArrayBuffer)),
});
