/** A day's canonical rows become features, row by row, and one-minute bars. */
import { writeFileDurably } from '#data/files/durable.js';
import { DaySampler, twoSidedIn } from '#data/zones/day-samples.js';
import { BAR_FILE_COLUMNS, FEATURE_FILE_COLUMNS } from '#data/zones/derived-columns.js';
import { loadDayIndex } from '#data/zones/load-day-index.js';
import { CHUNK_ROWS } from '#data/zones/parquet/writer.js';
import { openTableWriter, type TableWriter } from '#data/zones/table-writer.js';
import { BookFeatures, FEATURES, newFeatureColumns } from '#engine/book/day/features.js';
import { BAR_COLUMNS, type MinuteBars, MinuteBarsMaker } from '#engine/book/day/minute-bars.js';
import { sessionOf } from '#engine/book/day/sessions.js';
import { defineTask } from '../task.js';
import { findHidden, openDayRows, watched } from './day-rows.js';

export interface DeriveDayInput {
  readonly path: string;
  readonly date: string;
  readonly eventsSha256: string;
  readonly indexPath: string;
  /** Where the samples go: all rows pass by here anyway. */
  readonly samplesPath: string;
  readonly featuresTarget: string;
  readonly barsTarget: string;
  readonly tick: number | null;
  readonly directionEps: number;
  /** Bars of 04:00 to 20:00 and not of regular hours alone. */
  readonly extended: boolean;
  /** Minutes from midnight in New York; null for 16:00. */
  readonly rthCloseMinute: number | null;
  readonly lanes?: number;
}

export interface MadeTable {
  readonly temporary: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
}

export interface DerivedDay {
  readonly features: MadeTable;
  readonly bars: MadeTable;
  /** The bars themselves: a day has few. */
  readonly minutes: MinuteBars;
}

export const deriveDayTask = defineTask({
  name: 'deriveDay',
  async run(input: DeriveDayInput, context): Promise<DerivedDay> {
    const day = await openDayRows(input.path, input.date);
    const lanes = input.lanes === undefined ? {} : { lanes: input.lanes };
    const writers: TableWriter[] = [];
    try {
      const features = await openTableWriter(input.featuresTarget, FEATURE_FILE_COLUMNS, lanes);
      writers.push(features);
      const maker = new BookFeatures({
        tick: input.tick ?? undefined,
        isHidden: await findHidden(day, input.path, context),
      });
      const bars = new MinuteBarsMaker({ isInSession: sessionRule(input), directionEps: input.directionEps });
      const sampler = new DaySampler(twoSidedIn(await loadDayIndex(day.reader, { ...input, originNs: day.originNs })));
      const index = new Float64Array(CHUNK_ROWS);
      // One set for all stretches: new ones for each made the collector work more than the features.
      const columns = newFeatureColumns(CHUNK_ROWS);
      for await (const rows of watched(day, input.path, { levels: 10, originNs: day.originNs }, context)) {
        const made = maker.push(rows, columns);
        bars.push(rows, made);
        sampler.push(rows);
        for (let i = 0; i < rows.rows; i++) index[i] = rows.firstIndex + i;
        await features.append(rows.rows, [index, ...FEATURES.map((name) => made.columns[name])]);
      }
      const samples = sampler.finish(input.eventsSha256);
      if (samples !== undefined) await writeFileDurably(input.samplesPath, samples);
      const minutes = bars.finish();
      const barFile = await openTableWriter(input.barsTarget, BAR_FILE_COLUMNS, { lanes: 1 });
      writers.push(barFile);
      if (minutes.rows > 0)
        await barFile.append(
          minutes.rows,
          BAR_COLUMNS.map((name) => minutes.columns[name]),
        );
      return { features: told(await features.finish()), bars: told(await barFile.finish()), minutes };
    } catch (error) {
      for (const writer of writers) await writer.discard();
      throw error;
    } finally {
      day.reader.close();
    }
  },
});

export const told = (file: { path: string; sha256: string; bytes: number; rows: number }): MadeTable => ({
  temporary: file.path,
  sha256: file.sha256,
  bytes: file.bytes,
  rows: file.rows,
});

const sessionRule =
  ({ extended, rthCloseMinute }: DeriveDayInput) =>
  (minuteMs: number): boolean => {
    const session = sessionOf(minuteMs, rthCloseMinute ?? undefined);
    return session === 'rth' || (extended && session === 'extended');
  };
