/** From fitted folds and one configuration to the whole result of a backtest (sigma.md 12.3 to 12.6). */
import type { LabelledMatrix } from '../frame/matrix.js';
import { stdOf } from '../metrics/moments.js';
import { equityCurve } from '../metrics/returns.js';
import { sessionReturns, type TradingMetrics } from '../metrics/trading.js';
import { assertConfig, type BacktestConfig, type ConfigKind, kindOfConfig } from './config.js';
import {
  createDesk,
  type Desk,
  evaluateAt,
  evaluateNested,
  type Nested,
  type PathFacts,
  pathOf,
  realisedShare,
} from './desk.js';
import type { FoldFit } from './fit-fold.js';
import { metricsOfPart } from './outcome.js';
import type { BacktestPlan, SkippedFold } from './plan.js';
import type { Ledger, Trade } from './positions.js';
import { type ForecastQuality, type Segment, segmentsOf } from './segments.js';
import { deflate, distinctTrials, type Trial } from './trials.js';

export interface EvaluateInput {
  readonly matrix: LabelledMatrix;
  readonly plan: BacktestPlan;
  readonly fits: readonly FoldFit[];
  /** Names the rows the trials were made on, e.g. the allowed hours: equal configurations on other rows are other trials. */
  readonly scope?: string;
  /** What was tried before on the same model and matrix. */
  readonly priorTrials?: readonly Trial[];
}

export interface BacktestMetrics extends TradingMetrics {
  readonly trials: number;
  readonly trades: number;
  readonly dsr: number | null;
  readonly stdSharpeFolds: number | null;
  readonly brier: number | null;
  readonly logLoss: number | null;
  readonly ece: number | null;
  readonly auc: number | null;
}

/** One fold under the threshold that was chosen for it. */
export interface FoldResult {
  readonly fold: number;
  readonly threshold: number | null;
  /** Hours (ET) that use another threshold. */
  readonly thresholdByHour: readonly { readonly hourEt: number; readonly threshold: number }[];
  /** Confidence that top_pct asked for; null without top_pct, or where there was nothing to learn it from. */
  readonly cutOff: number | null;
  readonly trainRows: number;
  readonly testRows: number;
  /** First and last test row. */
  readonly firstRow: number;
  readonly lastRow: number;
  readonly metrics: TradingMetrics;
}

export interface BacktestResult {
  readonly kind: ConfigKind;
  readonly metrics: BacktestMetrics;
  readonly folds: readonly FoldResult[];
  readonly byThreshold: readonly { readonly threshold: number; readonly metrics: TradingMetrics }[];
  readonly topPct: {
    readonly topPct: number;
    readonly realisedTopPct: number;
    readonly metrics: TradingMetrics;
  } | null;
  readonly byHour: readonly { hourEt: number; trades: number; cumRet: number; winRate: number | null }[];
  /** One entry per out-of-sample bar: the row, and the state after that bar's return. */
  readonly equity: { readonly rows: Int32Array; readonly equity: Float64Array; readonly drawdown: Float64Array };
  readonly ledger: Ledger;
  readonly trades: readonly Trade[];
  readonly sessionReturns: { readonly days: Int32Array; readonly returns: Float64Array };
  /** Maximum over the requested thresholds of the pooled out-of-sample value: chosen in hindsight, so optimistic. */
  readonly bestSharpeHourly: number | null;
  readonly bestCumRet: number;
  readonly realisedTopPct: number | null;
  readonly calibration: { readonly method: string; readonly brier: number | null; readonly ece: number | null };
  /** The recombined paths of the combinatorial scheme; the headline is the one with the median Sharpe ratio. */
  readonly paths: readonly PathResult[];
  readonly skippedFolds: readonly SkippedFold[];
  /** This result's own trials: what the service must remember. */
  readonly ownTrials: readonly Trial[];
  readonly warnings: readonly string[];
}

export interface PathResult {
  readonly path: number;
  readonly sharpe: number | null;
  readonly cumRet: number;
  readonly maxDrawdown: number;
  readonly trades: number;
}

export function evaluateBacktest(input: EvaluateInput, config: BacktestConfig): BacktestResult {
  return evaluateOn(createDesk(input), input, config);
}

/** The same on a desk that may already hold parts of the answer; the result does not depend on what it holds. */
export function evaluateOn(desk: Desk, input: EvaluateInput, config: BacktestConfig): BacktestResult {
  assertConfig(config);
  const { matrix, plan } = input;
  // Folds may come back from workers in any order.
  const fits = [...input.fits].sort((a, b) => a.fold - b.fold);
  const paths = segmentsOf(plan, fits);
  const evaluated = paths.map((segments, path) => ({
    path,
    segments,
    nested: evaluateNested(desk, segments, path, config),
  }));
  const headline = medianPath(evaluated);
  const { segments, nested } = headline;
  const { ledger, metrics } = nested;
  const kind = kindOfConfig(config);
  const atThreshold =
    kind === 'top_pct'
      ? []
      : config.thresholds.map((threshold) => ({
          threshold,
          metrics: evaluateAt(desk, segments, headline.path, threshold, config).metrics,
        }));
  const facts = pathOf(desk, segments, headline.path);
  const { quality } = facts;
  const folds = foldResults(segments, nested, facts);
  const ownTrials = distinctTrials(
    (kind === 'top_pct' ? [{ threshold: null, metrics }] : atThreshold).map((trial) => ({
      key: trialKey(input.scope ?? '', trial.threshold, config),
      sharpe: trial.metrics.sharpePerSession ?? 0,
    })),
  );
  const pooled = kind === 'top_pct' ? [metrics] : atThreshold.map((at) => at.metrics);
  const realisedTopPct = config.topPct === null ? null : realisedShare(desk, segments, config);
  return {
    kind,
    metrics: headlineMetrics(metrics, folds, quality, deflate(metrics, [...ownTrials, ...(input.priorTrials ?? [])])),
    folds,
    byThreshold: atThreshold,
    topPct: realisedTopPct === null ? null : { topPct: config.topPct!, realisedTopPct, metrics },
    byHour: byHour(matrix, ledger),
    equity: { rows: ledger.rows, ...equityCurve(ledger.net) },
    ledger,
    trades: ledger.trades,
    sessionReturns: sessionReturns(
      ledger.net,
      Int32Array.from(ledger.rows, (row) => matrix.session[row]!),
    ),
    bestSharpeHourly: highest(pooled.flatMap(({ sharpeHourly }) => (sharpeHourly === null ? [] : [sharpeHourly]))),
    bestCumRet: highest(pooled.map(({ cumRet }) => cumRet)) ?? 0,
    realisedTopPct,
    calibration: { method: fits[0]?.calibration.method ?? 'none', brier: quality.brier, ece: quality.ece },
    paths: plan.scheme === 'cpcv' ? evaluated.map(({ path, nested: { metrics: m } }) => pathResult(path, m)) : [],
    skippedFolds: plan.skipped,
    ownTrials,
    warnings: warningsOf(fits, config),
  };
}

const highest = (values: readonly number[]): number | null => (values.length === 0 ? null : Math.max(...values));

const pathResult = (path: number, { sharpe, cumRet, maxDrawdown, trades }: TradingMetrics): PathResult => ({
  path,
  sharpe,
  cumRet,
  maxDrawdown,
  trades,
});

/** The lower median by Sharpe ratio: a real path, so its equity and trades belong together. Paths without one come first. */
function medianPath<P extends { readonly nested: Nested; readonly path: number }>(paths: readonly P[]): P {
  const sharpe = ({ nested }: P) => nested.metrics.sharpe ?? -Infinity;
  const sorted = [...paths].sort((a, b) => (sharpe(a) === sharpe(b) ? a.path - b.path : sharpe(a) - sharpe(b)));
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

function headlineMetrics(
  metrics: TradingMetrics,
  folds: readonly FoldResult[],
  quality: ForecastQuality,
  deflated: ReturnType<typeof deflate>,
): BacktestMetrics {
  const sharpes = folds.flatMap(({ metrics: { sharpe } }) => (sharpe === null ? [] : [sharpe]));
  return { ...metrics, ...deflated, stdSharpeFolds: stdOf(sharpes), ...quality };
}

function foldResults(segments: readonly Segment[], nested: Nested, { markets }: PathFacts): FoldResult[] {
  let from = 0;
  return segments.map((segment, at) => {
    const to = from + segment.rows.length;
    const choice = nested.choices[at]!;
    const result: FoldResult = {
      fold: segment.fold,
      threshold: choice.threshold,
      thresholdByHour: [...choice.byHour].map(([hourEt, threshold]) => ({ hourEt, threshold })),
      cutOff: Number.isFinite(choice.cutOff) ? choice.cutOff : null,
      trainRows: segment.trainRows.length,
      testRows: segment.rows.length,
      firstRow: segment.rows[0]!,
      lastRow: segment.rows.at(-1)!,
      metrics: metricsOfPart(nested.ledger, from, markets[at]!),
    };
    from = to;
    return result;
  });
}

/** Trades by the hour they were decided in, returns by the hour of the bar. */
function byHour(matrix: LabelledMatrix, ledger: Ledger): BacktestResult['byHour'] {
  const hours = [...new Set(Array.from(ledger.rows, (row) => matrix.hourEt[row]!))].sort((a, b) => a - b);
  return hours.map((hourEt) => {
    const trades = ledger.trades.filter(({ entryRow }) => matrix.hourEt[entryRow] === hourEt);
    let growth = 1;
    for (let k = 0; k < ledger.rows.length; k++)
      if (matrix.hourEt[ledger.rows[k]!] === hourEt) growth *= 1 + ledger.net[k]!;
    const wins = trades.filter(({ netReturn }) => netReturn > 0).length;
    return {
      hourEt,
      trades: trades.length,
      cumRet: growth - 1,
      winRate: trades.length === 0 ? null : wins / trades.length,
    };
  });
}

function warningsOf(fits: readonly FoldFit[], { fill }: BacktestConfig): string[] {
  const fromFits = fits.flatMap(({ warnings }) => warnings);
  return [...new Set(fill === 'close' ? [...fromFits, 'same_bar_fill'] : fromFits)];
}

/** What makes a trial distinct: all that changes its profit and loss, with one threshold in place of the list. */
function trialKey(scope: string, threshold: number | null, config: BacktestConfig): string {
  const { thresholds: _, perHourThresholds: __, selectBy: ___, ...rest } = config;
  return JSON.stringify([
    scope,
    threshold,
    kindOfConfig(config),
    Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}
