/** How each displayed level changed since the row before: what a replay shows beside it (umiki.md 9.7). */
import { type BookRows, type BookSide, LEVELS } from './book-rows.js';

export interface ShownLevel {
  /** Nanos. */
  readonly px: number;
  readonly sz: number;
  readonly ct: number;
  /** Size minus the size at the same price in the row before; all of it where the price is new. */
  readonly deltaSz: number;
}

/** The displayed levels of a side, best first; without `before` every level is new. */
export function levelChanges(
  which: 'bids' | 'asks',
  rows: BookRows,
  row: number,
  before?: { readonly rows: BookRows; readonly row: number },
): ShownLevel[] {
  const side = rows[which];
  const sizes = before === undefined ? new Map<number, number>() : sizesByPrice(before.rows[which], before.row);
  const levels: ShownLevel[] = [];
  for (let k = 0; k < LEVELS; k++) {
    const px = side.px[k]![row]!;
    if (Number.isNaN(px)) continue;
    const sz = side.sz[k]![row]!;
    levels.push({ px, sz, ct: side.ct[k]![row]!, deltaSz: sz - (sizes.get(px) ?? 0) });
  }
  return levels;
}

function sizesByPrice(side: BookSide, row: number): Map<number, number> {
  const sizes = new Map<number, number>();
  for (let k = 0; k < LEVELS; k++) {
    const px = side.px[k]![row]!;
    if (!Number.isNaN(px)) sizes.set(px, side.sz[k]![row]!);
  }
  return sizes;
}
