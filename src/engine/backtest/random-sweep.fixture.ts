/** A sweep over made-up probabilities, for benches and tests that need many configurations and no learning. */
import { createRng } from '../random/xoshiro128.js';
import { DEFAULT_CONFIG } from './config.js';
import type { FoldFit } from './fit-fold.js';
import { planBacktest } from './plan.js';
import { type PlantedParams, plantedMatrix } from './planted.fixture.js';
import type { SweepGroup } from './sweep.js';

/** 50 thresholds, .34 to .83, by as many costs as it takes. Three equally likely classes of random weight, so that few bars pass the highest. */
export function randomSweep(rows: number, configs: number, market: Partial<PlantedParams> = {}): SweepGroup {
  const matrix = plantedMatrix({ rows, seed: 1, features: 1, ...market });
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
  return { matrix, plan, fits, configs: grid };
}
