/** The quality figures of a day, over its canonical rows and their features; without features they are made on the way. */
import { CHUNK_ROWS } from '#data/zones/parquet/writer.js';
import type { DoubleColumns } from '#data/zones/row-reader.js';
import type { BookRows } from '#engine/book/day/book-rows.js';
import type { DayQuality } from '#engine/book/day/day-quality.js';
import { BookFeatures, type FeatureName, type FeatureRows, newFeatureColumns } from '#engine/book/day/features.js';
import { DayQualityMaker } from '#engine/book/day/quality.js';
import type { QualityLimits } from '#engine/book/day/quality-alerts.js';
import { defineTask } from '../task.js';
import { type DayRows, findHidden, openDayRows, watched } from './day-rows.js';

export interface CheckDayInput {
  readonly path: string;
  readonly date: string;
  /** Null: they are worked out here. */
  readonly featuresPath: string | null;
  readonly tick: number | null;
  readonly bookErrors: number;
  readonly limits: QualityLimits;
  readonly rthCloseMinute: number | null;
}

/** What the figures are made from; the others are not read. */
const NEEDED = ['mid_price', 'r_value', 'delta_mid_price', 'hidden_trade_sz'] as const satisfies readonly FeatureName[];

export const checkDayTask = defineTask({
  name: 'checkDay',
  async run(input: CheckDayInput, context): Promise<DayQuality> {
    const day = await openDayRows(input.path, input.date);
    try {
      const maker = new DayQualityMaker({
        hasLastFlags: day.hasLastFlags,
        bookErrors: input.bookErrors,
        limits: input.limits,
        ...(input.rthCloseMinute === null ? {} : { rthCloseMinute: input.rthCloseMinute }),
      });
      const features =
        input.featuresPath === null
          ? madeFeatures(await findHidden(day, input.path, context), input)
          : readFeatures(day, input.featuresPath);
      // The best level is all that is judged; features made here need all ten.
      const levels = input.featuresPath === null ? 10 : 1;
      const selection = { levels, originNs: day.originNs, counts: input.featuresPath === null };
      for await (const rows of watched(day, input.path, selection, context)) maker.push(rows, await features(rows));
      return maker.finish();
    } finally {
      day.reader.close();
    }
  },
});

type FeaturesOf = (rows: BookRows) => Promise<FeatureRows>;

function madeFeatures(isHidden: Uint8Array, { tick }: CheckDayInput): FeaturesOf {
  const maker = new BookFeatures({ tick: tick ?? undefined, isHidden });
  const columns = newFeatureColumns(CHUNK_ROWS);
  return async (rows) => maker.push(rows, columns);
}

/** Stretches of both files need not be cut at the same rows: pieces are kept until all rows of a stretch are there. */
function readFeatures({ reader }: DayRows, path: string): FeaturesOf {
  const pieces = reader.doubleChunks(path, NEEDED);
  // What is not read stays zero, and no figure hangs on it.
  const columns = newFeatureColumns(CHUNK_ROWS);
  let piece: DoubleColumns | undefined;
  let at = 0;
  return async ({ rows }) => {
    for (let filled = 0; filled < rows; ) {
      if (piece === undefined || at === piece.rows) {
        const next = await pieces.next();
        // A feature file has a row for every canonical row: it was made from them.
        if (next.done === true) break;
        piece = next.value;
        at = 0;
      }
      const count = Math.min(rows - filled, piece.rows - at);
      NEEDED.forEach((name, j) => {
        columns[name].set(piece!.columns[j]!.subarray(at, at + count), filled);
      });
      filled += count;
      at += count;
    }
    return { rows, columns };
  };
}
