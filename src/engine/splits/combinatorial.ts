/** Combinatorial purged cross-validation: every pair of N groups is tested once, which gives N - 1 whole paths through time. */
import { purgedFold } from './purge.js';
import { assertSpans, blockOf, type Fold, type Splitter } from './split.js';

/** Lopez de Prado (2018), ch. 12, with two test groups a split: C(N, 2) splits, each window purged and embargoed on its own. */
export const combinatorial: Splitter = {
  name: 'cpcv',
  split(spans, { splits: groups, embargo }) {
    assertSpans(spans);
    const rows = spans.t0.length;
    const block = (group: number) => {
      const [from, to] = blockOf(group, groups, rows);
      return { from, to };
    };
    const folds: Fold[] = [];
    for (let first = 0; first < groups; first++) {
      for (let second = first + 1; second < groups; second++) {
        folds.push(
          purgedFold(
            spans,
            folds.length,
            [first, second],
            [block(first), block(second)],
            { from: 0, to: rows },
            embargo,
          ),
        );
      }
    }
    return folds;
  },
};

/**
 * For each of the N - 1 paths and each group: which split predicts that group. The p-th split (in order) that tests a group serves path p.
 */
export function pathsOf(folds: readonly Fold[], groups: number): number[][] {
  return Array.from({ length: groups - 1 }, (_, path) =>
    Array.from({ length: groups }, (__, group) => folds.filter((fold) => fold.groups.includes(group))[path]!.index),
  );
}
