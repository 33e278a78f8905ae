/** From fitted folds and one configuration to the whole result of a backtest (sigma.md 12.3 to 12.6). */
import type { LabelledMatrix } from '../frame/matrix.js';
import type { KernelHost } from '../kernels/kernel.js';
import { stdOf } from '../metrics/moments.js';
import { equityCurve } from '../metrics/returns.js';
import { sessionReturns, type TradingMetrics } from '../metrics/trading.js';
import type { BacktestConfig, ConfigKind } from './config.js';
import { createDesk, type Desk, holdUnder, type Nested, type PathFacts, pathOf, qualityOf } from './desk.js';
import type { FoldFit } from './fit-fold.js';
import { metricsOfPart } from './outcome.js';
import type { SkippedFold } from './plan.js';
import type { Ledger, Trade } from './positions.js';
import type { ForecastQuality, Segment } from './segments.js';
import { deflate, fieldOf, type Trial } from './trials.js';
import { type EvaluateInput, type Weighed, weigh } from './weigh.js';

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
  /** One entry a row of the ledger: the side that was wanted there. */
  readonly signals: Int8Array;
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

/** `kernels` changes how long it takes, never the result. */
export function evaluateBacktest(input: EvaluateInput, config: BacktestConfig, kernels?: KernelHost): BacktestResult {
  const desk = createDesk(input, kernels);
  return detail(desk, input, config, weigh(desk, input, [config])[0]!);
}

/** The whole result from its figures: what it held, bar by bar. */
export function detail(desk: Desk, input: EvaluateInput, config: BacktestConfig, weighed: Weighed): BacktestResult {
  const { matrix, plan } = input;
  const { fits, paths, headline, kind, metrics, byThreshold, ownTrials, ...rest } = weighed;
  const { segments, nested, path } = headline;
  const { ledger, signals } = holdUnder(desk, segments, path, nested.choices, config);
  const facts = pathOf(desk, segments, path);
  const quality = qualityOf(desk, segments, path);
  const folds = foldResults(segments, nested, ledger, facts);
  const field = fieldOf([...ownTrials, ...(input.priorTrials ?? [])]);
  return {
    kind,
    metrics: headlineMetrics(metrics, folds, quality, deflate(metrics, field)),
    folds,
    byThreshold,
    topPct:
      rest.realisedTopPct === null ? null : { topPct: config.topPct!, realisedTopPct: rest.realisedTopPct, metrics },
    byHour: byHour(matrix, ledger),
    equity: { rows: ledger.rows, ...equityCurve(ledger.net) },
    ledger,
    signals,
    trades: ledger.trades,
    sessionReturns: returnsOfLedger(matrix, ledger),
    ...rest,
    calibration: { method: fits[0]?.calibration.method ?? 'none', brier: quality.brier, ece: quality.ece },
    paths: plan.scheme === 'cpcv' ? paths.map(({ path: at, nested: { metrics: m } }) => pathResult(at, m)) : [],
    skippedFolds: plan.skipped,
    ownTrials,
    warnings: warningsOf(fits, config),
  };
}

/** The result's returns per session alone. */
export function returnsOf(
  desk: Desk,
  _input: EvaluateInput,
  config: BacktestConfig,
  { headline: { segments, nested, path } }: Weighed,
): BacktestResult['sessionReturns'] {
  return returnsOfLedger(desk.matrix, holdUnder(desk, segments, path, nested.choices, config).ledger);
}

const returnsOfLedger = ({ session }: LabelledMatrix, { net, rows }: Ledger) =>
  sessionReturns(
    net,
    Int32Array.from(rows, (row) => session[row]!),
  );

const pathResult = (path: number, { sharpe, cumRet, maxDrawdown, trades }: TradingMetrics): PathResult => ({
  path,
  sharpe,
  cumRet,
  maxDrawdown,
  trades,
});

function headlineMetrics(
  metrics: TradingMetrics,
  folds: readonly FoldResult[],
  quality: ForecastQuality,
  deflated: ReturnType<typeof deflate>,
): BacktestMetrics {
  const sharpes = folds.flatMap(({ metrics: { sharpe } }) => (sharpe === null ? [] : [sharpe]));
  return { ...metrics, ...deflated, stdSharpeFolds: stdOf(sharpes), ...quality };
}

function foldResults(
  segments: readonly Segment[],
  nested: Nested,
  ledger: Ledger,
  { markets }: PathFacts,
): FoldResult[] {
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
      metrics: metricsOfPart(ledger, from, markets[at]!),
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
