/** Simulated days through all five stages of the pipeline; what stands already is skipped by its hash. */
import { readMeta } from '#data/zones/file-meta.js';
import { zonePath } from '#data/zones/zone-path.js';
import { type PipelineWish, sendPipeline, watchPipelines } from '../../pipeline/job.js';
import { countSteps, sayFailures, stageTable } from '../../pipeline/say-steps.js';
import { sayCount } from '../../screen.js';
import type { Journey } from '../journey.js';
import { BOOK_DATASET, BOOK_JOBS, BOOK_STAGES, type BookDay, bookDays, eventsADay, syntheticSource } from './days.js';

export async function makeDays(journey: Journey): Promise<void> {
  const { screen, umiki, signal, events } = journey;
  const steps = await screen.step(`${bookDays.length} days through the pipeline`, async (progress) => {
    const force = await areSmaller(journey);
    const common: PipelineWish = {
      spec: { version: 1, dataset: BOOK_DATASET, source: syntheticSource(events) },
      stages: BOOK_STAGES,
      force,
    };
    const ids: string[] = [];
    for (const { symbols, dates } of BOOK_JOBS) ids.push(await sendPipeline(umiki, { ...common, symbols, dates }));
    const jobs = await watchPipelines(umiki, ids, progress, signal);
    const value = jobs.flatMap((job) => job.steps);
    const broken = jobs.find(({ status }) => status !== 'completed');
    if (broken !== undefined)
      throw new Error([broken.error ?? `The job ${broken.id} was ${broken.status}`, ...sayFailures(value)].join('\n'));
    const size = `${sayCount(eventsADay(events))} order events a day`;
    return { says: `${size}; ${countSteps(value)}`, value, facts: { jobs: ids, steps: value } };
  });
  if (steps.every(({ status }) => status === 'skipped')) return;
  for (const line of stageTable(steps)) screen.line(`  ${line}`);
}

/**
 * Whether smaller days stand in this directory, made by an earlier demo: those are made anew. Larger ones stay as they are, because a
 * minute that a smaller day does not have would stay in the dataset of its bars; and days that were not simulated are somebody's data,
 * which nothing here may touch.
 */
async function areSmaller({ dataDir, events }: Journey): Promise<boolean> {
  const wanted = eventsADay(events);
  let found = false;
  for (const day of bookDays) {
    const made = await rawParams(dataDir, day);
    if (made === undefined) continue;
    if (made['source'] !== 'synthetic')
      throw new Error(
        `${day.symbol} ${day.date} stands here and is not simulated; the demo leaves it alone. Take another --data-dir.`,
      );
    const size = Number(made['events']);
    if (size > wanted)
      throw new Error(
        `Days of ${sayCount(size)} order events stand here, more than the ${sayCount(wanted)} asked for. Take another --data-dir.`,
      );
    if (size < wanted) found = true;
  }
  return found;
}

/** What the raw file of a day says of where it came from; undefined when there is none. */
async function rawParams(dataDir: string, day: BookDay) {
  for (const isCompressed of [false, true]) {
    const meta = await readMeta(dataDir, zonePath.raw(day, isCompressed));
    if (meta !== undefined) return meta.params;
  }
  return undefined;
}
