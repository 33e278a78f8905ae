/** Training always begins with the first row; the first test waits until `trainRows` rows are known, the rest is tested in k blocks. */
import { purgedFold } from './purge.js';
import { assertSpans, blockOf, type Splitter } from './split.js';

/** Fold f learns from all rows up to `gap` rows before its test block. Without `trainRows` and `gap` it is walk_forward. Pardo (2008), ch. 11. */
export const anchoredWalkForward: Splitter = {
  name: 'anchored_walk_forward',
  split(spans, { splits, embargo, trainRows, gap = 0 }) {
    assertSpans(spans);
    const rows = spans.t0.length;
    const testBlock = (fold: number) => {
      if (trainRows === undefined) return blockOf(fold + 1, splits + 1, rows);
      const first = Math.min(trainRows, rows);
      const [from, to] = blockOf(fold, splits, rows - first);
      return [first + from, first + to] as const;
    };
    return Array.from({ length: splits }, (_, fold) => {
      const [from, to] = testBlock(fold);
      return purgedFold(spans, fold, [fold], [{ from, to }], { from: 0, to: Math.max(0, from - gap) }, embargo);
    });
  },
};
