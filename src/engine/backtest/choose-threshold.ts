/** Which threshold a fold uses: chosen on the inner out-of-fold probabilities of its train rows, never on what it is judged by. */
import type { LabelledMatrix } from '../frame/matrix.js';
import { ratioOf } from '../metrics/moments.js';
import { compound } from '../metrics/returns.js';
import { SESSIONS_MIN, sessionReturns, type TradingMetrics } from '../metrics/trading.js';
import { quantileOfSorted } from '../models/logit-features.js';
import { CLASS_COUNT } from '../models/model.js';
import { type BacktestConfig, costRateOf } from './config.js';
import { holdPositions, type Ledger } from './positions.js';
import { confidences, exposures, type Predictions } from './signals.js';

export interface ThresholdChoice {
  readonly threshold: number;
  /** Other thresholds for some hours (ET); empty unless asked for. */
  readonly byHour: ReadonlyMap<number, number>;
}

/** The train rows that some inner model predicted. */
export function innerPredictions(trainRows: Int32Array, innerProbabilities: Float64Array): Predictions {
  const kept = Int32Array.from(trainRows, (_, at) => at).filter(
    (at) => !Number.isNaN(innerProbabilities[at * CLASS_COUNT]!),
  );
  const probabilities = new Float64Array(kept.length * CLASS_COUNT);
  kept.forEach((at, k) => {
    for (let code = 0; code < CLASS_COUNT; code++)
      probabilities[k * CLASS_COUNT + code] = innerProbabilities[at * CLASS_COUNT + code]!;
  });
  return { rows: kept.map((at) => trainRows[at]!), probabilities };
}

/** Confidence that the top share of the inner rows reaches: the (1 - top_pct) quantile. Infinity without inner rows: nothing is held. */
export function confidenceCutOff(matrix: LabelledMatrix, inner: Predictions, topPct: number | null): number {
  if (topPct === null) return -Infinity;
  if (inner.rows.length === 0) return Infinity;
  return quantileOfSorted(confidences(matrix, inner).sort(), 1 - topPct);
}

const HOUR_TRADES_MIN = 10;

/** How well one entry level did on the inner rows, by the chosen quantity; null where it has no meaning. */
export interface LevelScore {
  readonly overall: number | null;
  /** Hours (ET) with at least 10 inner trades; empty unless asked for. */
  readonly byHour: ReadonlyMap<number, number | null>;
}

/** A threshold that never trades has no Sharpe ratio to be preferred by: its score is null. */
export function scoreLevel(
  matrix: LabelledMatrix,
  inner: Predictions,
  entry: number,
  config: BacktestConfig,
  costRate = costRateOf(config),
): LevelScore {
  const wanted = exposures(matrix, inner, new Float64Array(inner.rows.length).fill(entry), config);
  const ledger = holdPositions(matrix, inner.rows, wanted, { costRate, fill: config.fill });
  const byHour = new Map<number, number | null>();
  if (config.perHourThresholds) {
    for (const hour of new Set(Array.from(inner.rows, (row) => matrix.hourEt[row]!))) {
      const trades = ledger.trades.filter(({ entryRow }) => matrix.hourEt[entryRow] === hour).length;
      if (trades >= HOUR_TRADES_MIN) byHour.set(hour, scoreOf(matrix, ledger, config, hour));
    }
  }
  return { overall: scoreOf(matrix, ledger, config), byHour };
}

/** The same over all inner rows, from metrics that are known already. */
export function scoreByMetrics(metrics: TradingMetrics, selectBy: BacktestConfig['selectBy']): number | null {
  if (selectBy === 'trades') return metrics.trades;
  if (selectBy === 'cum_ret') return metrics.bars === 0 ? null : metrics.cumRet;
  return metrics.sharpePerSession;
}

/**
 * The threshold that maximises the chosen quantity of the inner profit and loss; ties, and thresholds that all lack the quantity, go to
 * the higher one. With `perHourThresholds` the same among the bars of each hour; an hour keeps the common choice where no threshold
 * makes 10 inner trades in it. `scores` holds one entry a candidate.
 */
export function chooseThreshold(candidates: readonly number[], scores: readonly LevelScore[]): ThresholdChoice {
  const threshold =
    best(
      candidates,
      scores.map(({ overall }) => overall),
    ) ?? candidates.at(-1)!;
  const byHour = new Map<number, number>();
  const hours = [...new Set(scores.flatMap((score) => [...score.byHour.keys()]))].sort((a, b) => a - b);
  for (const hour of hours) {
    const chosen = best(
      candidates,
      scores.map((score) => score.byHour.get(hour) ?? null),
    );
    if (chosen !== undefined) byHour.set(hour, chosen);
  }
  return { threshold, byHour };
}

function scoreOf(matrix: LabelledMatrix, ledger: Ledger, { selectBy }: BacktestConfig, hour?: number): number | null {
  const isMeant = (row: number) => hour === undefined || matrix.hourEt[row] === hour;
  if (selectBy === 'trades') return ledger.trades.filter(({ entryRow }) => isMeant(entryRow)).length;
  const net = ledger.net.filter((_, k) => isMeant(ledger.rows[k]!));
  if (selectBy === 'cum_ret') return net.length === 0 ? null : compound(net);
  const session = Int32Array.from(ledger.rows.filter(isMeant), (row) => matrix.session[row]!);
  const daily = sessionReturns(net, session).returns;
  return daily.length < SESSIONS_MIN ? null : ratioOf(daily);
}

/** The candidate of the highest score; among equals the last, which is the higher threshold. */
function best(candidates: readonly number[], scores: readonly (number | null)[]): number | undefined {
  let at = -1;
  scores.forEach((score, i) => {
    if (score !== null && (at < 0 || score >= scores[at]!)) at = i;
  });
  return candidates[at];
}
