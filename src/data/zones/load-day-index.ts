/** The index that stands beside a day's events, or one made from them where it is lost. */
import { readFile } from 'node:fs/promises';
import { ACTION, isTwoSided, tsMsOf } from '#engine/book/day/book-rows.js';
import { type DayIndex, DayIndexMaker, decodeDayIndex } from './day-index.js';
import type { RowReader } from './row-reader.js';

export interface DayIndexPlace {
  /** Of the events. */
  readonly path: string;
  readonly indexPath: string;
  readonly eventsSha256: string;
  readonly originNs: bigint;
}

/** Files that somebody put there have none: it is made for as long as the caller remembers it, by one look at all rows. */
export async function loadDayIndex(
  reader: Pick<RowReader, 'bookRows'>,
  { path, indexPath, eventsSha256, originNs }: DayIndexPlace,
): Promise<DayIndex> {
  const bytes = await readIfThere(indexPath);
  const kept = bytes && decodeDayIndex(bytes, eventsSha256);
  if (kept !== undefined) return kept;
  const maker = new DayIndexMaker(originNs);
  for await (const rows of reader.bookRows(path, { levels: 1, counts: false, originNs }))
    for (let i = 0; i < rows.rows; i++)
      maker.addRow(tsMsOf(rows, i), isTwoSided(rows, i), rows.action[i] === ACTION.trade);
  return maker.finish();
}

/** Undefined when there is no such file. */
export const readIfThere = (path: string): Promise<Buffer | undefined> =>
  readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
