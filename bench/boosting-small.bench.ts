/** Processor time of one small fit on one thread: 252 rows x 15 columns, 100 trees, as a window of daily bars would have it. */
import { createHash } from 'node:crypto';
import { kernelHost } from '#compute/kernel-host.js';
import { fitBoosting } from '#engine/models/boosting/fit-boosting.js';
import { drawNormal } from '#engine/random/draws.js';
import { createRng } from '#engine/random/xoshiro128.js';
import type { Bench } from './bench.js';

const TURNS = { small: 3, large: 30 } as const;
const ROWS = 252;
const FEATURES = 15;

export const boostingSmallBench: Bench = {
  name: 'boosting-small',
  promise: 'a fit of 252 x 15, 100 trees: < 20 ms',
  async run(size) {
    const rng = createRng(3);
    const columns = Array.from({ length: FEATURES }, () => Float64Array.from({ length: ROWS }, () => drawNormal(rng)));
    const y = columns[0]!.map((value, row) => 2 * value + Math.abs(columns[1]![row]!) + drawNormal(rng));
    const x = { rows: ROWS, names: columns.map((_, j) => `f${j}`), columns };
    let best = Infinity;
    let hash = '';
    for (let turn = 0; turn < TURNS[size]; turn++) {
      const since = process.cpuUsage();
      const { ensemble } = fitBoosting({ x, y, params: { numIterations: 100 }, rng: createRng(1), host: kernelHost });
      const { user, system } = process.cpuUsage(since);
      best = Math.min(best, (user + system) / 1000);
      hash = createHash('sha256').update(JSON.stringify(ensemble)).digest('hex').slice(0, 16);
    }
    return { hash, rows: ROWS, features: FEATURES, trees: 100, fit_ms: best };
  },
};
