/** Labels that are known later than they say. Purging believes their end times; a label that understates its own leaks through every split. */
import { chooseCuts, type FutureOf } from './mutate-future.js';

export interface LabelView {
  /** Class or return, NaN (or -1 for a class) without a label. */
  readonly value: ArrayLike<number>;
  /** When each label is known; NaN without one. */
  readonly t1Ms: ArrayLike<number>;
}

export interface LateLabelSearch<I> {
  readonly input: I;
  readonly future: FutureOf<I>;
  /** When row `cut` of an input is known, in milliseconds. */
  readonly knownMs: (input: I, cut: number) => number;
  readonly label: (input: I) => LabelView;
  readonly seed: number;
  readonly cuts?: number | 'all';
}

/** Rows whose label, said to be known at a moment, changes with what comes after it; ascending. */
export function findLateLabels<I>({ input, future, knownMs, label, seed, cuts = 25 }: LateLabelSearch<I>): number[] {
  const expected = label(input);
  const late = new Set<number>();
  for (const cut of chooseCuts(future.rows(input), cuts, seed)) {
    const now = knownMs(input, cut);
    for (const changed of [future.mutate(input, cut, seed), future.truncate(input, cut)]) {
      const again = label(changed);
      for (let row = 0; row <= cut; row++) {
        if (!(expected.t1Ms[row]! <= now)) continue;
        const isSame = Object.is(expected.value[row], again.value[row]) && expected.t1Ms[row] === again.t1Ms[row];
        if (!isSame) late.add(row);
      }
    }
  }
  return [...late].sort((a, b) => a - b);
}
