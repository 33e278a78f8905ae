/** A window of fixed length that rolls: what happened before it is forgotten, as a desk does that retrains on the last two years. */
import { purgedFold } from './purge.js';
import { assertSpans, blockOf, type Splitter } from './split.js';

/** k + 1 blocks in time order; fold f is tested on block f + 1 and learns from the `trainRows` rows (default: one block) that end `gap` rows before it. */
export const rollingWalkForward: Splitter = {
  name: 'rolling_walk_forward',
  split(spans, { splits, embargo, trainRows, gap = 0 }) {
    assertSpans(spans);
    const rows = spans.t0.length;
    const window = trainRows ?? blockOf(0, splits + 1, rows)[1];
    return Array.from({ length: splits }, (_, fold) => {
      const [from, to] = blockOf(fold + 1, splits + 1, rows);
      const end = Math.max(0, from - gap);
      return purgedFold(spans, fold, [fold], [{ from, to }], { from: Math.max(0, end - window), to: end }, embargo);
    });
  },
};
