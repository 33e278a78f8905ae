/** How long a sweep takes once its folds are fitted: 1,000 configurations over 10,000 daily bars (large). */
import { createHash } from 'node:crypto';
import { createRng } from '../random/xoshiro128.js';
import { DEFAULT_CONFIG } from './config.js';
import type { FoldFit } from './fit-fold.js';
import { planBacktest } from './plan.js';
import { plantedMatrix } from './planted.fixture.js';
import { evaluateSweep } from './sweep.js';

const SIZES = { small: { rows: 400, configs: 12 }, large: { rows: 10_000, configs: 1000 } } as const;

export function bench(size: 'small' | 'large') {
  const { rows, configs } = SIZES[size];
  const matrix = plantedMatrix({ rows, seed: 1, features: 1 });
  const plan = planBacktest(matrix, { scheme: 'purged_kfold', splits: 5, embargo: 0 });
  const rng = createRng(2);
  const random = (count: number) => {
    const probabilities = new Float64Array(count * 3);
    for (let i = 0; i < count; i++) {
      const [a, b, c] = [rng.float(), rng.float(), rng.float()];
      probabilities.set([a / (a + b + c), b / (a + b + c), c / (a + b + c)], i * 3);
    }
    return probabilities;
  };
  const fits = plan.folds.map(
    ({ index, train, test }): FoldFit => ({
      fold: index,
      testProbabilities: random(test.length),
      innerProbabilities: random(train.length),
      calibration: { method: 'none', curves: [], warnings: [] },
      warnings: [],
    }),
  );
  const grid = Array.from({ length: configs }, (_, i) => ({
    ...DEFAULT_CONFIG,
    thresholds: [0.34 + (i % 50) * 0.01],
    slippageBps: Math.floor(i / 50),
  }));
  const started = performance.now();
  const { results, pbo } = evaluateSweep([{ matrix, plan, fits, configs: grid }]);
  const ms = performance.now() - started;
  const hash = createHash('sha256')
    .update(JSON.stringify([results.map(({ metrics }) => metrics), pbo]))
    .digest('hex');
  return { name: 'sweep.evaluate', rows, configs, ms, hash };
}
