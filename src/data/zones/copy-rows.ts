/** Copies market-by-price rows out of columns that somebody else will write again. */
import type { BookLevel, EventColumns, Mbp10Block } from '#engine/frame/dbn-block.js';
import type { WideColumn } from '#engine/frame/wide-column.js';

const EVENT_WIDE = ['tsEvent', 'price', 'tsRecv'] as const satisfies readonly (keyof EventColumns)[];
const LEVEL_COUNTS = ['bidSz', 'askSz', 'bidCt', 'askCt'] as const satisfies readonly (keyof BookLevel)[];

/** The target has room for all rows of the source. */
export function copyMbpRows(source: Mbp10Block, target: Mbp10Block): void {
  const { rows } = source;
  target.rows = rows;
  for (const name of EVENT_WIDE) copyWide(source[name], target[name], rows);
  target.publisherId.set(source.publisherId.subarray(0, rows));
  target.instrumentId.set(source.instrumentId.subarray(0, rows));
  target.size.set(source.size.subarray(0, rows));
  target.flags.set(source.flags.subarray(0, rows));
  target.action.set(source.action.subarray(0, rows));
  target.side.set(source.side.subarray(0, rows));
  target.tsInDelta.set(source.tsInDelta.subarray(0, rows));
  target.sequence.set(source.sequence.subarray(0, rows));
  target.depth.set(source.depth.subarray(0, rows));
  source.levels.forEach((level, k) => {
    const to = target.levels[k]!;
    copyWide(level.bidPx, to.bidPx, rows);
    copyWide(level.askPx, to.askPx, rows);
    for (const name of LEVEL_COUNTS) to[name].set(level[name].subarray(0, rows));
  });
}

const copyWide = (source: WideColumn, target: WideColumn, rows: number) =>
  target.words.set(source.words.subarray(0, 2 * rows));
