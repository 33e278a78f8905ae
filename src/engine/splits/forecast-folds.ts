/** The folds of a demand backtest: a training part that grows or slides, a gap, then the horizon (forecastlab 11). */
import { errors } from '#base/errors.js';
import { purgedFold } from './purge.js';
import { assertSpans, type Fold, type SplitParams, type Splitter } from './split.js';

export interface ForecastPlan {
  readonly strategy: 'expanding' | 'sliding';
  /** Folds wanted; a short series gets as many as fit without overlap, at least one. */
  readonly splits: number;
  /** Rows of the first training part, and of every sliding one. */
  readonly trainRows: number;
  /** Rows between training and test, as when figures arrive late. */
  readonly gap: number;
  readonly horizon: number;
}

export interface ForecastFold {
  readonly index: number;
  /** Positions, `to` excluded. */
  readonly train: { readonly from: number; readonly to: number };
  readonly test: { readonly from: number; readonly to: number };
}

/** Throws `insufficient_data` when not even one fold fits. Tests overlap only where a series is too short for what was asked. */
export function forecastFolds(
  rows: number,
  { strategy, splits, trainRows, gap, horizon }: ForecastPlan,
): ForecastFold[] {
  const needed = trainRows + gap + horizon;
  if (rows < needed) {
    throw errors.insufficientData(
      `Need at least ${needed} samples, got ${rows}. (min_train=${trainRows}, gap=${gap}, horizon=${horizon})`,
      { needed, rows },
    );
  }
  const free = rows - trainRows - gap;
  const count = free < splits * horizon ? Math.min(splits, Math.max(1, Math.floor(free / horizon))) : splits;
  const step = count > 1 ? Math.max(1, Math.floor((free - horizon) / (count - 1))) : horizon;
  const folds: ForecastFold[] = [];
  for (let index = 0; index < count; index++) {
    const trainTo = trainRows + index * step;
    const test = { from: trainTo + gap, to: trainTo + gap + horizon };
    if (test.to > rows) break;
    folds.push({ index, train: { from: strategy === 'sliding' ? index * step : 0, to: trainTo }, test });
  }
  return folds;
}

/** Where the caller names no sizes, the first part and every horizon are one of splits + 1 equal blocks. */
function planOf(strategy: ForecastPlan['strategy'], rows: number, params: SplitParams): ForecastPlan {
  const block = Math.max(1, Math.floor(rows / (params.splits + 1)));
  const { splits, trainRows = block, gap = 0, horizon = block } = params;
  return { strategy, splits, trainRows, gap, horizon };
}

const splitBy =
  (strategy: ForecastPlan['strategy']): Splitter['split'] =>
  (spans, params): Fold[] => {
    assertSpans(spans);
    const plan = planOf(strategy, spans.t0.length, params);
    return forecastFolds(spans.t0.length, plan).map(({ index, train, test }) =>
      purgedFold(spans, index, [index], [test], train, params.embargo),
    );
  };

export const expanding: Splitter = { name: 'expanding', split: splitBy('expanding') };
export const sliding: Splitter = { name: 'sliding', split: splitBy('sliding') };
