/** The histogram of one node of a boosted tree beside C++, on nine tenths of the rows as a round samples them. */
import { binMatrix } from '#engine/models/boosting/bins.js';
import { fillHistogram, layoutOf, STEPS } from '#engine/models/boosting/histogram.js';
import { sampleWithoutReplacement } from '#engine/random/draws.js';
import { createRng } from '#engine/random/xoshiro128.js';
import type { Bench } from '../bench.js';
import { compareWithTwin } from './compare.js';

// Enough repeats that a turn outlasts the grain of the clock.
const SIZES = {
  small: { rows: 3000, turns: 2, repeats: 20 },
  large: { rows: 200_000, turns: 5, repeats: 10 },
} as const;
const FEATURES = 28;

export const histogramReferenceBench: Bench = {
  name: 'reference/histogram',
  promise: 'plain TypeScript histogram sums: <= 2.8 of C++',
  async run(size) {
    const { rows, turns, repeats } = SIZES[size];
    const rng = createRng(4);
    const columns = Array.from({ length: FEATURES }, () => Float64Array.from({ length: rows }, () => rng.float()));
    const binned = binMatrix({ rows, names: columns.map((_, at) => `f${at}`), columns });
    const layout = layoutOf(
      binned,
      Int32Array.from(columns, (_, at) => at),
    );
    const steps = () => Float64Array.from({ length: rows }, () => Math.floor((rng.float() - 0.5) * STEPS));
    const all = { gradients: steps(), hessians: steps() };
    const order = sampleWithoutReplacement(rows, Math.floor(rows * 0.9), rng);
    const gathered = { gradients: new Float64Array(rows), hessians: new Float64Array(rows) };
    const bins = layout.start[1]!;
    const into = { sums: new Float64Array(FEATURES * bins * 2), counts: undefined };
    const ours = () => {
      for (let again = 0; again < repeats; again++)
        fillHistogram(into, binned, layout, order, 0, order.length, gathered, all);
      return into.sums;
    };
    const head = Int32Array.of(rows, FEATURES, bins, order.length, turns, repeats);
    const input = [head, all.gradients, all.hessians, order, ...binned.columns];
    return { rows, features: FEATURES, ...compareWithTwin({ name: 'histogram', turns, ours, input }) };
  },
};
