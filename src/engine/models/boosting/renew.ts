/** Leaves that say a percentile of what their rows still miss: the l1 and quantile losses have no curvature for a Newton step. */
import { percentile } from './percentile.js';
import { placeOf, rowAt } from './rows-in-shards.js';
import type { Shard } from './shard.js';

/** The `alpha` percentile of label minus score over each leaf's rows in the bag, output `k`. */
export function renewedOutputs(
  { y, weights }: { readonly y: Float64Array; readonly weights?: Float64Array },
  shards: readonly Shard[],
  k: number,
  leaves: number,
  alpha: number,
): number[] {
  return Array.from({ length: leaves }, (_, leaf) => {
    const rows = rowsOf(shards, leaf);
    const misses = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      // One shard holds its rows where they were.
      const [shard, at] = shards.length === 1 ? [0, row] : placeOf(shards.length, row);
      misses[i] = y[row]! - shards[shard]!.scores[k]![at]!;
    }
    return percentile(misses, weights && Float64Array.from(rows, (row) => weights[row]!), alpha);
  });
}

/** In ascending order, however many shards hold them. */
function rowsOf(shards: readonly Shard[], leaf: number): Int32Array {
  if (shards.length === 1) return shards[0]!.bagOf(leaf);
  const parts = shards.map((shard, number) => shard.bagOf(leaf).map((at) => rowAt(shards.length, number, at)));
  const rows = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let next = 0;
  for (const part of parts) {
    rows.set(part, next);
    next += part.length;
  }
  return rows.sort();
}
