/** Categories as bins: the most frequent ones have a bin each, all others stand with what is missing. */

/** Categories that are more than this share of the known rows need no others beside them (LightGBM's 99 %). */
const SHARE_KEPT = 0.99;

/** A set of categories is a list of bits up to its largest: numbers from here on have no bin, and go right at every split. */
const CATEGORIES_MAX = 1_000_000;

/** The category a number names: cut to an integer as LightGBM cuts it; -1 for NaN, negative and too large ones. */
export function categoryOf(value: number): number {
  const category = Math.trunc(value);
  return category >= 0 && category < CATEGORIES_MAX ? category : -1;
}

/**
 * Categories by bin, the most frequent first, equally frequent ones ascending; at most `binsMax`.
 *
 * A rare category (fewer than `minDataInBin` rows, or beyond 99 % of the rows once `binsMax` is reached) has no bin.
 */
export function learnCategories(column: Float64Array, binsMax: number, minDataInBin: number): Int32Array {
  const counts = new Map<number, number>();
  let known = 0;
  for (const value of column) {
    const category = categoryOf(value);
    if (category < 0) continue;
    counts.set(category, (counts.get(category) ?? 0) + 1);
    known++;
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || a - b);
  const enough = Math.round(known * SHARE_KEPT);
  const kept: number[] = [];
  let rows = 0;
  for (const [category, count] of sorted) {
    if (kept.length >= binsMax || (count < minDataInBin && kept.length > 1)) break;
    if (rows >= enough && kept.length + 1 >= Math.min(sorted.length, binsMax)) break;
    kept.push(category);
    rows += count;
  }
  return Int32Array.from(kept);
}

/** Writes each value's bin; a category without one is `missing`. */
export function binCategories(column: Float64Array, categories: Int32Array, missing: number, into: Uint8Array): void {
  const binOf = new Map(Array.from(categories, (category, bin) => [category, bin]));
  for (let i = 0; i < column.length; i++) into[i] = binOf.get(categoryOf(column[i]!)) ?? missing;
}
