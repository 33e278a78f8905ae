/** The canary: a feature that is the future is planted beside honest ones, and the guard must find it, and nothing else. A guard that sleeps is worse than none. */
import { findLeaks, type Leak, type LeakSearch } from './mutate-future.js';

const CANARY = '__canary__';

export interface CanaryWatch {
  /** The guard found the canary. */
  readonly isAwake: boolean;
  /** What else it found. */
  readonly leaks: readonly Leak[];
}

/** `present` is some column of the input; the canary is its value of the next row. */
export function watchCanary<I>(
  search: LeakSearch<I>,
  present: (input: I) => ArrayLike<number>,
  guard: (search: LeakSearch<I>) => Leak[] = findLeaks,
): CanaryWatch {
  const compute = (input: I) => {
    const now = Array.from(present(input));
    return [...search.compute(input), { name: CANARY, values: now.map((_, row) => now[row + 1] ?? Number.NaN) }];
  };
  const found = guard({ ...search, compute });
  return {
    isAwake: found.some(({ column }) => column === CANARY),
    leaks: found.filter(({ column }) => column !== CANARY),
  };
}
