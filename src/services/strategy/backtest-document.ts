/** A backtest's result as a document (sigma 12.5): no clock and no id in it, so that equal work gives equal bytes. */
import { canonicalJson, type Json, type JsonObject } from '#base/json.js';
import type { BacktestMetrics, BacktestResult, FoldResult } from '#engine/backtest/evaluate.js';
import type { SkippedFold } from '#engine/backtest/plan.js';
import { formatDay, formatTime } from '#engine/calendar/civil-date.js';
import type { LabelledMatrix } from '#engine/frame/matrix.js';
import { deflatedSharpe } from '#engine/metrics/deflated-sharpe.js';
import type { TradingMetrics } from '#engine/metrics/trading.js';
import type { ReplayedBrackets } from './brackets.js';
import { foldNumbers, type Ground } from './run-folds.js';
import { type ConfigOnHours, configDocument, planDocument, type RunPlan } from './run-plan.js';
import { toObject } from './wire-names.js';

/** All trials a result answers for, in the two numbers that matter. They are part of the result's params: more are tried later. */
export interface TrialCount {
  readonly count: number;
  readonly sharpeStd: number;
}

export interface BacktestDocument {
  readonly document: JsonObject;
  readonly metrics: JsonObject;
  readonly dsr: number | null;
}

export function backtestDocument(
  {
    plan,
    tried,
    result,
    ground,
    replayed,
  }: {
    readonly plan: RunPlan;
    readonly tried: ConfigOnHours;
    readonly result: BacktestResult;
    readonly ground: Ground;
    readonly replayed: Pick<ReplayedBrackets, 'parity' | 'warnings'> | undefined;
  },
  trials: TrialCount,
): BacktestDocument {
  const dsr = deflate(result.metrics, trials);
  const metrics = metricsDocument({ ...result.metrics, trials: trials.count, dsr });
  const { matrix } = ground;
  const numbers = foldNumbers(result.folds, ground);
  const document: JsonObject = {
    schema: 1,
    plan: planDocument(plan),
    config: configDocument(tried),
    metrics,
    result: {
      threshold_results: result.folds.map((fold, at) => foldDocument(matrix, fold, numbers[at]!)),
      by_threshold: result.byThreshold.map(({ threshold, metrics: at }) => ({
        thr: threshold,
        metrics: metricsDocument(at),
      })),
      top_pct_result:
        result.topPct === null
          ? null
          : {
              top_pct: result.topPct.topPct,
              realised_top_pct: result.topPct.realisedTopPct,
              metrics: metricsDocument(result.topPct.metrics),
            },
      by_hour: result.byHour.map((hour) => toObject(hour)),
      equity: equityDocument(matrix, result),
      skipped_folds: result.skippedFolds.map(skippedDocument),
      calibration: toObject(result.calibration),
      cv: {
        scheme: ground.plan.scheme,
        splits: ground.plan.splits,
        embargo: ground.plan.embargo,
        purged_rows: ground.plan.purgedRows,
        embargoed_rows: ground.plan.embargoedRows,
      },
      realised_top_pct: result.realisedTopPct,
      paths: result.paths.map((path) => toObject(path)),
    },
    trades: result.trades.map((trade) => ({
      side: trade.side === 1 ? 'long' : 'short',
      entry_ts: formatTime(matrix.t0Ms[trade.entryRow]!),
      entry_px: trade.entryPrice,
      exit_ts: formatTime(matrix.t0Ms[trade.exitRow]!),
      exit_px: Number.isFinite(trade.exitPrice) ? trade.exitPrice : null,
      bars: trade.bars,
      size: trade.size,
      ret_net: trade.netReturn,
      forced: trade.isForced,
    })),
    best_sharpe_hourly: result.bestSharpeHourly,
    best_cum_ret: result.bestCumRet,
    ...(replayed === undefined ? {} : { parity: replayed.parity }),
    warnings: [...new Set([...ground.warnings, ...result.warnings, ...(replayed?.warnings ?? [])])],
  };
  return { document, metrics, dsr };
}

export const documentBytes = (document: JsonObject): string => canonicalJson(document as Json);

/** Bailey & Lopez de Prado (2014) against all trials there were when this was evaluated. */
function deflate(metrics: TradingMetrics, { count, sharpeStd }: TrialCount): number | null {
  const { sharpePerSession, skew, kurtosis, sessions } = metrics;
  if (sharpePerSession === null || skew === null || kurtosis === null) return null;
  return deflatedSharpe({ sharpe: sharpePerSession, periods: sessions, skew, kurtosis }, count, sharpeStd * sharpeStd);
}

/** Both names of what the two seeds call differently, and null for what only option chains can tell. */
export function metricsDocument(metrics: TradingMetrics | BacktestMetrics): JsonObject {
  const said = toObject(metrics);
  return {
    ...said,
    sharpe_per_bar: said['sharpe_hourly'] ?? null,
    max_dd: said['max_drawdown'] ?? null,
    median_spread_pct: null,
    fill_rate: null,
    oi_min_observed: null,
    volume_min_observed: null,
  };
}

function foldDocument(matrix: LabelledMatrix, fold: FoldResult, number: number): JsonObject {
  const { cumRet, sharpeHourly, sharpe, sortino, maxDrawdown, trades, winRate } = fold.metrics;
  return {
    fold: number,
    thr: fold.threshold,
    thr_by_hour: fold.thresholdByHour.map((hour) => toObject(hour)),
    cut_off: fold.cutOff,
    cum_ret: cumRet,
    sharpe_hourly: sharpeHourly,
    sharpe,
    sortino,
    max_dd: maxDrawdown,
    trades,
    win_rate: winRate,
    train_rows: fold.trainRows,
    test_rows: fold.testRows,
    start: formatDay(matrix.session[fold.firstRow]!),
    end: formatDay(matrix.session[fold.lastRow]!),
  };
}

const skippedDocument = (skipped: SkippedFold): JsonObject => toObject(skipped);

/** One point an out-of-sample bar, after that bar's return. */
function equityDocument(matrix: LabelledMatrix, { equity }: BacktestResult): Json {
  return Array.from(equity.rows, (row, at) => ({
    ts: formatTime(matrix.t0Ms[row]!),
    equity: equity.equity[at]!,
    drawdown: equity.drawdown[at]!,
  }));
}

/** What the wire shows as `config`: the numbers by which a run is told from its neighbours. */
export function shownConfig({ allowedHours, config }: ConfigOnHours, splits: number): JsonObject {
  const kind = config.topPct === null ? 'thresholds' : config.combine === 'and' ? 'both' : 'top_pct';
  const thresholds = kind === 'top_pct' ? null : [...config.thresholds];
  return {
    kind,
    value: kind === 'top_pct' ? config.topPct : thresholds,
    threshold: thresholds?.[0] ?? null,
    thresholds,
    top_pct: config.topPct,
    allowed_hours: allowedHours,
    splits,
  };
}
