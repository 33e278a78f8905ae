/** One configuration's figures without its ledger: what a sweep needs of each of thousands, and the first half of every result. */
import type { LabelledMatrix } from '../frame/matrix.js';
import type { TradingMetrics } from '../metrics/trading.js';
import { assertConfig, type BacktestConfig, type ConfigKind, kindOfConfig } from './config.js';
import { type Desk, evaluateAt, evaluateNested, familyOf, type Nested, realisedShare } from './desk.js';
import type { FoldFit } from './fit-fold.js';
import type { BacktestPlan } from './plan.js';
import { type Segment, segmentsOf } from './segments.js';
import { distinctTrials, type Trial } from './trials.js';

/** What a backtest is made from, whatever its configuration. */
export interface EvaluateInput {
  readonly matrix: LabelledMatrix;
  readonly plan: BacktestPlan;
  readonly fits: readonly FoldFit[];
  /** Names the rows the trials were made on, e.g. the allowed hours: equal configurations on other rows are other trials. */
  readonly scope?: string;
  /** What was tried before on the same model and matrix. */
  readonly priorTrials?: readonly Trial[];
}

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

/** One entry a member; they differ in costs only, so that most of the work is done once for all. */
export function weigh(desk: Desk, input: EvaluateInput, members: readonly BacktestConfig[]): Weighed[] {
  members.forEach(assertConfig);
  const family = familyOf(members);
  const { config } = family;
  // Folds may come back from workers in any order.
  const fits = [...input.fits].sort((a, b) => a.fold - b.fold);
  const paths = segmentsOf(input.plan, fits).map((segments, path) => ({ path, segments }));
  const nested = paths.map(({ segments, path }) => evaluateNested(desk, segments, path, family));
  const kind = kindOfConfig(config);
  const thresholds = kind === 'top_pct' ? [] : config.thresholds;
  const pooled = paths.map(({ segments, path }) =>
    // Only the headline's path is asked for, which members may not agree on.
    lazily(() => thresholds.map((threshold) => evaluateAt(desk, segments, path, threshold, family))),
  );
  const keyOf = trialKeys(input.scope ?? '', config);
  return members.map((member, at): Weighed => {
    const own = paths.map((path, p) => ({ ...path, nested: nested[p]![at]! }));
    const headline = medianPath(own);
    const { metrics } = headline.nested;
    const perThreshold = thresholds.length === 0 ? [] : pooled[headline.path]!();
    const byThreshold = thresholds.map((threshold, t) => ({ threshold, metrics: perThreshold[t]![at]! }));
    const pooledTrials = kind === 'top_pct' ? [{ threshold: null, metrics }] : byThreshold;
    return {
      kind,
      fits,
      paths: own,
      headline,
      metrics,
      byThreshold,
      bestSharpeHourly: highest(pooledTrials, 'sharpeHourly'),
      bestCumRet: highest(pooledTrials, 'cumRet') ?? 0,
      realisedTopPct: config.topPct === null ? null : realisedShare(desk, headline.segments, headline.path, config),
      ownTrials: distinctTrials(
        pooledTrials.map((trial) => ({
          key: keyOf(trial.threshold, member),
          sharpe: trial.metrics.sharpePerSession ?? 0,
        })),
      ),
    };
  });
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Of the thresholds that have it; null when none has. */
function highest(
  trials: readonly { readonly metrics: TradingMetrics }[],
  figure: 'sharpeHourly' | 'cumRet',
): number | null {
  let best: number | null = null;
  for (const { metrics } of trials) {
    const value = metrics[figure];
    if (value !== null && (best === null || value > best)) best = value;
  }
  return best;
}

/** The lower median by Sharpe ratio: a real path, so its equity and trades belong together. Paths without one come first. */
function medianPath(paths: readonly WeighedPath[]): WeighedPath {
  if (paths.length === 1) return paths[0]!;
  const sharpe = ({ nested }: WeighedPath) => nested.metrics.sharpe ?? -Infinity;
  const sorted = [...paths].sort((a, b) => (sharpe(a) === sharpe(b) ? a.path - b.path : sharpe(a) - sharpe(b)));
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

/**
 * What makes a trial distinct: all that changes its profit and loss, with one threshold in place of the list. Members of a family share
 * all of it but the costs, so the rest is written once.
 */
function trialKeys(scope: string, config: BacktestConfig) {
  const { thresholds: _, perHourThresholds: __, selectBy: ___, ...rest } = config;
  const entries = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = entries.map((entry) => JSON.stringify(entry));
  const [commission, slippage] = ['commissionBps', 'slippageBps'].map((name) =>
    entries.findIndex(([key]) => key === name),
  );
  const kind = kindOfConfig(config);
  return (threshold: number | null, { commissionBps, slippageBps }: BacktestConfig): string => {
    parts[commission!] = `["commissionBps",${commissionBps}]`;
    parts[slippage!] = `["slippageBps",${slippageBps}]`;
    return `[${JSON.stringify(scope)},${threshold},"${kind}",[${parts.join()}]]`;
  };
}
