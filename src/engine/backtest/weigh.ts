/** One configuration's figures without its ledger: what a sweep needs of each of thousands, and the first half of every result. */
import type { TradingMetrics } from '../metrics/trading.js';
import { assertConfig, type BacktestConfig, type ConfigKind, kindOfConfig } from './config.js';
import { type Desk, evaluateAt, evaluateNested, type Nested, realisedShare } from './desk.js';
import type { EvaluateInput } from './evaluate.js';
import type { FoldFit } from './fit-fold.js';
import { type Segment, segmentsOf } from './segments.js';
import { distinctTrials, type Trial } from './trials.js';

/** One path through the data, under the thresholds that each of its folds chose. */
export interface WeighedPath {
  readonly path: number;
  readonly segments: readonly Segment[];
  readonly nested: Nested;
}

export interface Weighed {
  readonly kind: ConfigKind;
  readonly fits: readonly FoldFit[];
  readonly paths: readonly WeighedPath[];
  /** The path with the median Sharpe ratio; the only one but for the combinatorial scheme. */
  readonly headline: WeighedPath;
  /** The headline's, under the thresholds that each fold chose. */
  readonly metrics: TradingMetrics;
  readonly byThreshold: readonly { readonly threshold: number; readonly metrics: TradingMetrics }[];
  readonly bestSharpeHourly: number | null;
  readonly bestCumRet: number;
  readonly realisedTopPct: number | null;
  readonly ownTrials: readonly Trial[];
}

export function weigh(desk: Desk, input: EvaluateInput, config: BacktestConfig): Weighed {
  assertConfig(config);
  // Folds may come back from workers in any order.
  const fits = [...input.fits].sort((a, b) => a.fold - b.fold);
  const paths = segmentsOf(input.plan, fits).map((segments, path) => ({
    path,
    segments,
    nested: evaluateNested(desk, segments, path, config),
  }));
  const headline = medianPath(paths);
  const { segments, path } = headline;
  const { metrics } = headline.nested;
  const kind = kindOfConfig(config);
  const byThreshold =
    kind === 'top_pct'
      ? []
      : config.thresholds.map((threshold) => ({
          threshold,
          metrics: evaluateAt(desk, segments, path, threshold, config),
        }));
  const pooled = kind === 'top_pct' ? [{ threshold: null, metrics }] : byThreshold;
  const best = (values: (number | null)[]) => highest(values.filter((value) => value !== null));
  return {
    kind,
    fits,
    paths,
    headline,
    metrics,
    byThreshold,
    bestSharpeHourly: best(pooled.map((at) => at.metrics.sharpeHourly)),
    bestCumRet: best(pooled.map((at) => at.metrics.cumRet)) ?? 0,
    realisedTopPct: config.topPct === null ? null : realisedShare(desk, segments, path, config),
    ownTrials: distinctTrials(
      pooled.map((trial) => ({
        key: trialKey(input.scope ?? '', trial.threshold, config),
        sharpe: trial.metrics.sharpePerSession ?? 0,
      })),
    ),
  };
}

const highest = (values: readonly number[]): number | null => (values.length === 0 ? null : Math.max(...values));

/** The lower median by Sharpe ratio: a real path, so its equity and trades belong together. Paths without one come first. */
function medianPath(paths: readonly WeighedPath[]): WeighedPath {
  const sharpe = ({ nested }: WeighedPath) => nested.metrics.sharpe ?? -Infinity;
  const sorted = [...paths].sort((a, b) => (sharpe(a) === sharpe(b) ? a.path - b.path : sharpe(a) - sharpe(b)));
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
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
