/** k + 1 blocks in time order; fold f learns from blocks 0..f, purged, and is tested on block f + 1: never on its past. */
import { purgedFold } from './purge.js';
import { assertSpans, blockOf, type Splitter } from './split.js';

export const walkForward: Splitter = {
  name: 'walk_forward',
  split(spans, { splits, embargo }) {
    assertSpans(spans);
    const rows = spans.t0.length;
    return Array.from({ length: splits }, (_, fold) => {
      const [from, to] = blockOf(fold + 1, splits + 1, rows);
      return purgedFold(spans, fold, [fold], [{ from, to }], { from: 0, to: from }, embargo);
    });
  },
};
