/** Wall time of one boosted tree on one thread and on two that share memory: 1,000,000 rows x 28 columns (large). */
import { createHash } from 'node:crypto';
import { loadavg } from 'node:os';
import { fitBoostingTogether } from '#compute/fit-boosting.js';
import { openCompute } from '#compute/pool.js';
import { createRng } from '#engine/random/xoshiro128.js';
import type { Bench } from './bench.js';

const SIZES = { small: { rows: 5000, trees: 30, turns: 1 }, large: { rows: 1_000_000, trees: 20, turns: 5 } } as const;
const FEATURES = 28;

export const boostingLanesBench: Bench = {
  name: 'boosting-lanes',
  promise: 'two threads >= 1.5 times as fast as one, on a machine with nothing else to do',
  async run(size) {
    const { rows, trees, turns } = SIZES[size];
    const rng = createRng(8);
    const columns = Array.from({ length: FEATURES }, () => shared(rows, () => rng.float()));
    const y = shared(rows, (row) =>
      columns[0]![row]! + columns[1]![row]! * columns[2]![row]! + rng.float() > 1 ? 1 : 0,
    );
    const x = { rows, names: columns.map((_, j) => `f${j}`), columns };
    const compute = openCompute({ workers: 2 });
    // By lanes and tree: a tree is the same work in every turn, and the quietest turn tells most about it.
    const best = [new Array<number>(trees).fill(Infinity), new Array<number>(trees).fill(Infinity)];
    const hashes = new Set<string>();
    // The pool's threads keep no process alive; a bench that waits for them must.
    const awake = setInterval(() => undefined, 1000);
    try {
      // By turns, so that the machine's other guests meet both alike.
      for (let turn = 0; turn < 2 * turns; turn++) {
        const lanes = 1 + (turn % 2);
        const ticks: { done: number; ms: number }[] = [];
        const params = { objective: 'binary', numIterations: trees } as const;
        const onProgress = (done: number) => void ticks.push({ done, ms: performance.now() });
        const { ensemble } = await fitBoostingTogether(compute, { x, y, params, seed: 1 }, { onProgress }, lanes);
        hashes.add(createHash('sha256').update(JSON.stringify(ensemble)).digest('hex').slice(0, 16));
        // The first tick has the binning behind it.
        for (const [i, { done, ms }] of ticks.entries()) {
          const before = ticks[i - 1];
          if (before?.done !== done - 1) continue;
          const trees = best[lanes - 1]!;
          trees[done - 1] = Math.min(trees[done - 1]!, ms - before.ms);
        }
      }
    } finally {
      clearInterval(awake);
      await compute.close();
    }
    if (hashes.size !== 1) throw new Error('One thread and two came to different models');
    const [one, two] = best.map((trees) => mean(trees.filter(Number.isFinite)));
    const times = Number((one! / two!).toFixed(2));
    return { hash: [...hashes][0]!, rows, one_thread_ms: one!, two_threads_ms: two!, times, load: loadavg()[0]! };
  },
};

const mean = (values: readonly number[]) =>
  Number((values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2));

function shared(rows: number, value: (row: number) => number): Float64Array {
  const column = new Float64Array(new SharedArrayBuffer(rows * 8));
  for (let row = 0; row < rows; row++) column[row] = value(row);
  return column;
}
