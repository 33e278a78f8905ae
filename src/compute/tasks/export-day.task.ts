/** A day's bars become a training shard: the labelled ones, as Parquet and, when asked, as two NumPy arrays. */
import { SHARD_FILE_COLUMNS } from '#data/zones/derived-columns.js';
import { encodeNpy } from '#data/zones/npy.js';
import { createRowReader } from '#data/zones/row-reader.js';
import { openTableWriter } from '#data/zones/table-writer.js';
import { BAR_COLUMNS, type MinuteBars } from '#engine/book/day/minute-bars.js';
import { SHARD_COLUMNS, SHARD_FEATURES, SHARD_LABELS, trainingShardOf } from '#engine/book/day/training-shard.js';
import { defineTask } from '../task.js';
import { type MadeTable, told } from './derive-day.task.js';

export interface ExportDayInput {
  readonly barsPath: string;
  readonly target: string;
  readonly npy: boolean;
}

export interface ExportedDay {
  /** Null: no bar of the day has a label. */
  readonly shard: MadeTable | null;
  /** X and y, when asked for. */
  readonly npy: { readonly x: Uint8Array; readonly y: Uint8Array } | null;
}

export const exportDayTask = defineTask({
  name: 'exportDay',
  async run({ barsPath, target, npy }: ExportDayInput): Promise<ExportedDay> {
    const reader = createRowReader({ threads: 1 });
    try {
      const read = await reader.doubles(barsPath, BAR_COLUMNS);
      const columns = Object.fromEntries(BAR_COLUMNS.map((name, j) => [name, read.columns[j]!]));
      const shard = trainingShardOf({ rows: read.rows, columns: columns as MinuteBars['columns'] });
      if (shard.rows === 0) return { shard: null, npy: null };
      const writer = await openTableWriter(target, SHARD_FILE_COLUMNS, { lanes: 1 });
      try {
        await writer.append(
          shard.rows,
          SHARD_COLUMNS.map((name) => shard.columns[name]),
        );
        const file = told(await writer.finish());
        const array = (names: readonly (typeof SHARD_COLUMNS)[number][]) =>
          encodeNpy(
            shard.rows,
            names.map((name) => shard.columns[name]),
          );
        return { shard: file, npy: npy ? { x: array(SHARD_FEATURES), y: array(SHARD_LABELS) } : null };
      } catch (error) {
        await writer.discard();
        throw error;
      }
    } finally {
      reader.close();
    }
  },
});
