/** Prediction and SHAP values of 100 trees of 31 leaves on 28 columns: microseconds of processor time a row. */
import { createHash } from 'node:crypto';
import { compileEnsemble } from '../models/trees/compile.js';
import { madeEnsemble, madeRows } from '../models/trees/made-ensemble.fixture.js';
import { rawScores } from '../models/trees/predict.js';
import { createRng } from '../random/xoshiro128.js';
import { planShap, shapValues } from './tree-shap.js';

export const promise = 'beside LightGBM: see peers/lightgbm';

const SIZES = { small: { rows: 200, trees: 5 }, large: { rows: 5000, trees: 100 } } as const;
const TURNS = 3;

export function bench(size: 'small' | 'large') {
  const { rows, trees } = SIZES[size];
  const rng = createRng(8);
  const compiled = compileEnsemble(madeEnsemble(rng, { features: 28, rounds: trees, leavesMax: 31 }));
  const x = madeRows(rng, rows, 28);
  const scores = best(() => rawScores(compiled, x));
  const plan = planShap(compiled);
  const shap = best(() => shapValues(plan, x));
  const hash = createHash('sha256').update(scores.result).update(shap.result).digest('hex');
  return { rows, trees, predict_us_row: (1000 * scores.cpuMs) / rows, shap_us_row: (1000 * shap.cpuMs) / rows, hash };
}

/** The best of several turns: neighbours only ever add. */
function best(work: () => Float64Array): { readonly result: Float64Array; readonly cpuMs: number } {
  let cpuMs = Infinity;
  let result: Float64Array = new Float64Array(0);
  for (let turn = 0; turn < TURNS; turn++) {
    const started = process.cpuUsage();
    result = work();
    const { user, system } = process.cpuUsage(started);
    cpuMs = Math.min(cpuMs, (user + system) / 1000);
  }
  return { result, cpuMs };
}
