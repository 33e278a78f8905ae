/**
 * The mutate-the-future oracle: whoever computes row t may use only what is known at t, and this shows who does not.
 *
 * Everything after a moment is replaced by other numbers, and once more cut away; what was computed for rows at or before
 * that moment must not change by a bit. It judges what a computation does, not what its columns are called.
 */
import { assert } from '#base/assert.js';
import { noiseAt } from './noise.js';

/** One family's view of its input. */
export interface FutureOf<I> {
  /** Rows of the input; the columns computed from it are as long. */
  readonly rows: (input: I) => number;
  /** The input with everything that becomes known after row `cut` replaced by noise. */
  readonly mutate: (input: I, cut: number, seed: number) => I;
  /** The input as it was known at row `cut`. */
  readonly truncate: (input: I, cut: number) => I;
}

export interface NamedColumn {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

export interface Leak {
  readonly column: string;
  readonly example: {
    /** The row whose value changed. */
    readonly row: number;
    /** The last row whose future was left alone. */
    readonly cut: number;
    readonly how: 'mutated' | 'truncated';
    readonly before: number | null;
    readonly after: number | null;
  };
}

export interface LeakSearch<I> {
  readonly input: I;
  readonly future: FutureOf<I>;
  /** Pure; called again for each cut. */
  readonly compute: (input: I) => readonly NamedColumn[];
  readonly seed: number;
  /** How many cuts are tried, spread over all rows; 'all' tries each row. */
  readonly cuts?: number | 'all';
  /** Default: both ways. `truncated` alone is the test that columns from data[..t] equal those of all data at t. */
  readonly ways?: readonly Leak['example']['how'][];
}

export const CUTS_BY_DEFAULT = 6;

/** Columns that change when only their future does, each with one example, in the order of the columns. */
export function findLeaks<I>(search: LeakSearch<I>): Leak[] {
  const { input, future, compute, seed, cuts = CUTS_BY_DEFAULT, ways = ['mutated', 'truncated'] } = search;
  const expected = compute(input);
  const found = new Map<string, Leak>();
  for (const cut of chooseCuts(future.rows(input), cuts, seed)) {
    for (const way of ways) {
      const changed = way === 'mutated' ? future.mutate(input, cut, seed) : future.truncate(input, cut);
      compareUpTo(cut, way, expected, compute(changed), found);
    }
  }
  return expected.flatMap(({ name }) => found.get(name) ?? []);
}

/** The next-to-last row, where every look ahead of one row shows, and one row of each equal stretch. */
export function chooseCuts(rows: number, cuts: number | 'all', seed: number): number[] {
  if (rows < 2) return [];
  if (cuts === 'all' || cuts >= rows - 1) return Array.from({ length: rows - 1 }, (_, row) => row);
  const chosen = new Set([rows - 2]);
  const stretch = (rows - 1) / Math.max(1, cuts - 1);
  for (let i = 0; i < cuts - 1; i++) chosen.add(Math.floor(stretch * (i + noiseAt(seed, i, 0))));
  return [...chosen].sort((a, b) => a - b);
}

function compareUpTo(
  cut: number,
  how: 'mutated' | 'truncated',
  expected: readonly NamedColumn[],
  actual: readonly NamedColumn[],
  found: Map<string, Leak>,
): void {
  assert(actual.length === expected.length, 'the same columns are computed from every input');
  for (let c = 0; c < expected.length; c++) {
    const { name, values } = expected[c]!;
    if (found.has(name)) continue;
    const row = firstDifference(values, actual[c]!.values, cut);
    if (row < 0) continue;
    const example = { row, cut, how, before: orNull(values[row]!), after: orNull(actual[c]!.values[row]!) };
    found.set(name, { column: name, example });
  }
}

/** First row up to `last` whose bits differ (every NaN is the same nothing), or -1. */
function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>, last: number): number {
  for (let row = 0; row <= last; row++) if (!Object.is(a[row], b[row])) return row;
  return -1;
}

const orNull = (value: number) => (Number.isFinite(value) ? value : null);
