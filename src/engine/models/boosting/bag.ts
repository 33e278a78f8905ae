/** The rows that trees learn from for some rounds. */
import type { Rng } from '#base/rng.js';
import { sampleWithoutReplacement } from '../../random/draws.js';
import { placeOf } from './rows-in-shards.js';
import type { Shard } from './shard.js';

/** Draws that share of the rows without replacement: in every shard its part of them stands first, in order, then all others. */
export function drawBag(shards: readonly Shard[], rows: number, share: number, rng: Rng): void {
  const count = Math.max(1, Math.min(rows, Math.floor(share * rows + 0.5)));
  if (count === rows) return;
  const isIn = shards.map(({ shape }) => new Uint8Array(shape.rows));
  for (const row of sampleWithoutReplacement(rows, count, rng)) {
    const [shard, at] = shards.length === 1 ? [0, row] : placeOf(shards.length, row);
    isIn[shard]![at] = 1;
  }
  for (const [at, { bag, state }] of shards.entries()) state[1] = partBag(bag, isIn[at]!);
}

/** Rows that are in, ascending, then all others; how many are in. */
function partBag(bag: Int32Array, isIn: Uint8Array): number {
  let count = 0;
  for (let row = 0; row < isIn.length; row++) count += isIn[row]!;
  let next = 0;
  let rest = count;
  for (let row = 0; row < isIn.length; row++) {
    const mark = isIn[row]!;
    bag[mark === 1 ? next : rest] = row;
    next += mark;
    rest += 1 - mark;
  }
  return count;
}
