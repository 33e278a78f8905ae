/** Rows in blocks: the asked columns of a few rows side by side, so that a walk down a tree stays in the cache. */
import { ZERO_SIZE_MAX } from './tree.js';

/** Feature columns of equal length, as a `Matrix` holds them. */
export interface Rows {
  readonly rows: number;
  readonly columns: readonly Float64Array[];
}

/** About 64 KiB of numbers: a block and a tree together fit the nearest caches. */
const CELLS = 8192;

export const rowsInBlock = (width: number): number =>
  Math.max(8, Math.min(512, Math.floor(CELLS / Math.max(1, width))));

/**
 * Copies rows `from` .. `to` of the given columns into `block`, row by row.
 *
 * Numbers of at most kZeroThreshold become zero, as LightGBM's own predictor has it; infinities stay.
 */
export function gather(x: Rows, columns: Int32Array, from: number, to: number, block: Float64Array): void {
  const width = columns.length;
  for (let slot = 0; slot < width; slot++) {
    const column = x.columns[columns[slot]!]!;
    for (let row = from, at = slot; row < to; row++, at += width) {
      const value = column[row]!;
      block[at] = value <= ZERO_SIZE_MAX && value >= -ZERO_SIZE_MAX ? 0 : value;
    }
  }
}
