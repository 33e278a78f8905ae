/** Writes a day's canonical rows as they are decoded, with the index of its moments. */
import type { Mbp10Block } from '#engine/frame/dbn-block.js';
import { unsignedAt } from '#engine/frame/wide-column.js';
import { CANONICAL_COLUMNS, type CanonicalRows, fillCanonical } from './canonical-columns.js';
import { type DayIndex, DayIndexMaker } from './day-index.js';
import { CHUNK_ROWS, openParquetWriter, type WrittenFile } from './parquet/writer.js';
import { openTradesWriter } from './trades.js';

export interface CanonicalWriter {
  /** All rows of the block; it may be filled anew when this resolves. */
  append(rows: CanonicalRows): Promise<void>;
  /** Both files stand under their temporary names. */
  finish(): Promise<{ readonly file: WrittenFile; readonly trades: WrittenFile; readonly index: DayIndex }>;
  discard(): Promise<void>;
}

export async function openCanonicalWriter(target: string, options?: { lanes?: number }): Promise<CanonicalWriter> {
  const writer = await openParquetWriter(target, CANONICAL_COLUMNS, options);
  const trades = await openTradesWriter(target);
  let index: DayIndexMaker | undefined;
  let written = 0;
  /** Rows that stand in the chunk. */
  let filled = 0;

  return {
    async append(rows) {
      const { block } = rows;
      index ??= indexFrom(block);
      for (let from = 0; from < block.rows; ) {
        const to = Math.min(block.rows, from + CHUNK_ROWS - filled);
        fillCanonical(writer.chunk, rows, { from, to, at: filled, firstIndex: written });
        index?.add(block, from, to);
        await trades.add(block, from, to, written);
        written += to - from;
        filled += to - from;
        from = to;
        if (filled < CHUNK_ROWS) continue;
        await writer.append(filled);
        filled = 0;
      }
    },
    async finish() {
      if (filled > 0) await writer.append(filled);
      const said = { trades: await trades.finish(), index: (index ?? new DayIndexMaker(0n)).finish() };
      return { file: await writer.finish(), ...said };
    },
    async discard() {
      await trades.discard();
      await writer.discard();
    },
  };
}

const indexFrom = (block: Mbp10Block): DayIndexMaker | undefined =>
  block.rows === 0 ? undefined : new DayIndexMaker(unsignedAt(block.tsEvent, 0));
