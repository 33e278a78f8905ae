/** Out-of-sample predictions laid end to end in time order: one path through the data, or several for the combinatorial scheme. */
import type { LabelledMatrix } from '../frame/matrix.js';
import { aucOneVsRest, brierScore, calibrationError, logLoss } from '../metrics/probability.js';
import { CLASS_COUNT } from '../models/model.js';
import { takeLabels } from '../models/rows.js';
import { pathsOf } from '../splits/combinatorial.js';
import { blockOf } from '../splits/split.js';
import type { FoldFit } from './fit-fold.js';
import type { BacktestPlan } from './plan.js';
import type { Predictions } from './signals.js';

/** Consecutive test rows that one fold's model predicts. */
export interface Segment {
  readonly fold: number;
  readonly rows: Int32Array;
  /** Rows x 3. */
  readonly probabilities: Float64Array;
  readonly trainRows: Int32Array;
  readonly innerProbabilities: Float64Array;
}

/** All paths; each scores every row at most once. Folds that were not fitted leave a hole. */
export function segmentsOf(plan: BacktestPlan, fits: readonly FoldFit[]): Segment[][] {
  if (plan.scheme !== 'cpcv') return [plan.folds.flatMap(({ index }) => segmentOf(plan, fits, index))];
  const rows = plan.folds.reduce((last, { test }) => Math.max(last, (test.at(-1) ?? -1) + 1), 0);
  return pathsOf(plan.folds, plan.splits).map((path) =>
    path.flatMap((index, group) => segmentOf(plan, fits, index, blockOf(group, plan.splits, rows))),
  );
}

function segmentOf(
  plan: BacktestPlan,
  fits: readonly FoldFit[],
  index: number,
  within?: readonly [number, number],
): Segment[] {
  const fit = fits.find(({ fold }) => fold === index);
  const { test, train } = plan.folds[index]!;
  if (fit === undefined) return [];
  const from = within === undefined ? 0 : test.findIndex((row) => row >= within[0]);
  const length = within === undefined ? test.length : within[1] - within[0];
  if (length === 0) return [];
  return [
    {
      fold: index,
      rows: test.subarray(from, from + length),
      probabilities: fit.testProbabilities.subarray(from * CLASS_COUNT, (from + length) * CLASS_COUNT),
      trainRows: train,
      innerProbabilities: fit.innerProbabilities,
    },
  ];
}

export interface ForecastQuality {
  readonly brier: number | null;
  readonly logLoss: number | null;
  readonly ece: number | null;
  readonly auc: number | null;
}

/** How good the out-of-sample probabilities of a path are. */
export function forecastQuality(matrix: LabelledMatrix, { rows, probabilities }: Predictions): ForecastQuality {
  const y = takeLabels(matrix.y, rows);
  return {
    brier: brierScore(probabilities, y),
    logLoss: logLoss(probabilities, y),
    ece: calibrationError(probabilities, y),
    auc: aucOneVsRest(probabilities, y),
  };
}

export function concatRows(segments: readonly Segment[]): Int32Array {
  const all = new Int32Array(segments.reduce((sum, { rows }) => sum + rows.length, 0));
  let at = 0;
  for (const { rows } of segments) {
    all.set(rows, at);
    at += rows.length;
  }
  return all;
}

export function concatProbabilities(segments: readonly Segment[]): Float64Array {
  const all = new Float64Array(segments.reduce((sum, { probabilities }) => sum + probabilities.length, 0));
  let at = 0;
  for (const { probabilities } of segments) {
    all.set(probabilities, at);
    at += probabilities.length;
  }
  return all;
}
