/** Simulated sweeps over made-up forecasts on a random walk: how often the gate lets one pass that knows nothing, or one that knows something. */
import { drawNormal } from '../random/draws.js';
import { createRng } from '../random/xoshiro128.js';
import { type BacktestConfig, DEFAULT_CONFIG } from './config.js';
import type { FoldFit } from './fit-fold.js';
import { evaluateGate } from './gate.js';
import { planBacktest } from './plan.js';
import { plantedMatrix } from './planted.fixture.js';
import { screenSweep } from './sweep.js';

/** 36 configurations: six levels of entry, six ways to hold. Costs are none, since they would make the null easier to keep. */
const CONFIGS: readonly BacktestConfig[] = [0.35, 0.4, 0.45, 0.5, 0.55, 0.6].flatMap((threshold) =>
  [
    {},
    { exitThreshold: 0.3 },
    { sizeByConf: true },
    { longOnly: true },
    { topPct: 0.2, combine: 'and' as const },
    { momentumGate: { column: 'f0', min: 0 } },
  ].map((rules) => ({ ...DEFAULT_CONFIG, slippageBps: 0, thresholds: [threshold], ...rules })),
);

/** A year of days. */
const ROWS = 252;

/** Whether any configuration of one simulated sweep passes the gate. `skill` is the share of the next move that the forecast knows. */
function passesGate(seed: number, skill: number, minDsr: number): boolean {
  const matrix = plantedMatrix({ rows: ROWS, seed, features: 1 });
  const plan = planBacktest(matrix, { scheme: 'purged_kfold', splits: 3, embargo: 0 });
  const rng = createRng(seed).fork('forecasts');
  const spread = 0.01;
  const forecast = (rows: Int32Array) => {
    const probabilities = new Float64Array(rows.length * 3);
    rows.forEach((row, k) => {
      const view = skill * (matrix.horizonReturn[row]! / spread) + (1 - skill) * drawNormal(rng);
      const up = Math.min(Math.max(0.35 + 0.15 * view, 0.01), 0.69);
      probabilities.set([0.7 - up, 0.3, up], k * 3);
    });
    return probabilities;
  };
  const fits = plan.folds.map(
    ({ index, train, test }): FoldFit => ({
      fold: index,
      testProbabilities: forecast(test),
      innerProbabilities: forecast(train),
      calibration: { method: 'none', curves: [], warnings: [] },
      warnings: [],
    }),
  );
  const { results } = screenSweep([{ matrix, plan, fits, configs: CONFIGS }]);
  return results.some(({ metrics }) => evaluateGate(metrics, { minDsr }, { asset: 'eq' }).pass);
}

/** Share of simulated sweeps in which anything passes. */
export function passRate(sweeps: number, { skill = 0, minDsr = 0.95 } = {}): number {
  let passed = 0;
  for (let seed = 1; seed <= sweeps; seed++) if (passesGate(seed, skill, minDsr)) passed++;
  return passed / sweeps;
}
