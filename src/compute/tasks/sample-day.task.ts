/** The samples of a day whose events are there and whose samples are not: one look at all of its rows. */
import { writeFileDurably } from '#data/files/durable.js';
import { DaySampler, twoSidedIn } from '#data/zones/day-samples.js';
import { type DayIndexPlace, loadDayIndex } from '#data/zones/load-day-index.js';
import { createRowReader } from '#data/zones/row-reader.js';
import { defineTask } from '../task.js';
import { originOf, stopIfAsked } from './day-rows.js';

export interface SampleDayInput extends Omit<DayIndexPlace, 'originNs'> {
  readonly date: string;
  readonly samplesPath: string;
}

export const sampleDayTask = defineTask({
  name: 'sampleDay',
  async run({ date, samplesPath, ...place }: SampleDayInput, context): Promise<void> {
    const reader = createRowReader({ threads: 2, memoryLimit: '400MB' });
    const originNs = originOf(date);
    try {
      const sampler = new DaySampler(twoSidedIn(await loadDayIndex(reader, { ...place, originNs })));
      const what = { levels: 10, counts: false, event: 'time', originNs } as const;
      for await (const rows of reader.bookRows(place.path, what)) {
        stopIfAsked(context);
        sampler.push(rows);
      }
      const samples = sampler.finish(place.eventsSha256);
      if (samples !== undefined) await writeFileDurably(samplesPath, samples);
    } finally {
      reader.close();
    }
  },
});
