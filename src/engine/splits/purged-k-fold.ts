/** k blocks in time order, each tested once; the others, purged, are learnt from. */
import { purgedFold } from './purge.js';
import { assertSpans, blockOf, type Splitter } from './split.js';

export const purgedKFold: Splitter = {
  name: 'purged_kfold',
  split(spans, { splits, embargo }) {
    assertSpans(spans);
    const rows = spans.t0.length;
    return Array.from({ length: splits }, (_, fold) => {
      const [from, to] = blockOf(fold, splits, rows);
      return purgedFold(spans, fold, [fold], [{ from, to }], { from: 0, to: rows }, embargo);
    });
  },
};
