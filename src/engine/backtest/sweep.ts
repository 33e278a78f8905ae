/** Many configurations over the same fitted folds: each result equals the one of evaluating it alone, byte for byte. */
import type { KernelHost } from '../kernels/kernel.js';
import { overfittingProbability } from '../metrics/overfitting.js';
import type { TradingMetrics } from '../metrics/trading.js';
import { type Control, stopIfAsked } from '../models/model.js';
import { type BacktestConfig, rulesKey } from './config.js';
import { createDesk, type Desk } from './desk.js';
import { type BacktestMetrics, type BacktestResult, detail, returnsOf } from './evaluate.js';
import type { ForecastQuality } from './segments.js';
import { deflate, distinctTrials, fieldOf, type Trial } from './trials.js';
import { type EvaluateInput, type Weighed, weigh } from './weigh.js';

/** Configurations that share their rows and fits: one group per set of allowed hours. */
export interface SweepGroup extends EvaluateInput {
  readonly configs: readonly BacktestConfig[];
}

export interface SweepResult {
  /** Group by group, in the order given. */
  readonly results: readonly BacktestResult[];
  /** Over all configurations' returns per session; null below 8 configurations or 32 sessions. */
  readonly pbo: number | null;
  /** Every trial of the sweep, each once. */
  readonly trials: readonly Trial[];
}

/** Each result's dsr answers for all trials of the sweep and those before it. `kernels` changes how long it takes, never a result. */
export function evaluateSweep(groups: readonly SweepGroup[], control?: Control, kernels?: KernelHost): SweepResult {
  const results = byFamilies(groups, { control, kernels }, detail);
  const trials = distinctTrials(results.flatMap(({ ownTrials }) => ownTrials));
  const field = fieldOf([...trials, ...groups.flatMap(({ priorTrials }) => priorTrials ?? [])]);
  return {
    results: results.map((result) => ({
      ...result,
      metrics: { ...result.metrics, ...deflate(result.metrics, field) },
    })),
    pbo: overfittingProbability(alignSessions(results.map(({ sessionReturns }) => sessionReturns))),
    trials,
  };
}

/** One configuration of a sweep by its figures alone: the same bytes as in its whole result, and nothing as long as the data. */
export interface Screened extends Pick<BacktestResult, 'kind' | 'bestSharpeHourly' | 'bestCumRet' | 'realisedTopPct'> {
  /** What is not here is the same for every configuration, or needs the ledger. */
  readonly metrics: Omit<BacktestMetrics, 'stdSharpeFolds' | keyof ForecastQuality>;
}

export interface Screening {
  /** Group by group, in the order given. */
  readonly results: readonly Screened[];
  readonly trials: readonly Trial[];
}

/**
 * A sweep of thousands, of which only the best will be looked at: evaluate those with `evaluateBacktest` and the trials of this one.
 *
 * No pbo: it compares every configuration with every other over 12,870 halves of the sessions, many times the work of the figures.
 * `sweepOverfitting` gives it for the same groups.
 */
export function screenSweep(groups: readonly SweepGroup[], control?: Control, kernels?: KernelHost): Screening {
  const weighed = byFamilies(groups, { control, kernels }, figuresOf);
  const trials = distinctTrials(weighed.flatMap(({ ownTrials }) => ownTrials));
  const field = fieldOf([...trials, ...groups.flatMap(({ priorTrials }) => priorTrials ?? [])]);
  const results = weighed.map(({ kind, metrics, bestSharpeHourly, bestCumRet, realisedTopPct }): Screened => {
    const judged = withTrials(metrics, deflate(metrics, field));
    return { kind, metrics: judged, bestSharpeHourly, bestCumRet, realisedTopPct };
  });
  return { results, trials };
}

/** Field by field: V8 takes many times as long to spread so many, and there are thousands to do. */
function withTrials(metrics: TradingMetrics, { trials, dsr }: ReturnType<typeof deflate>): Screened['metrics'] {
  return {
    bars: metrics.bars,
    sessions: metrics.sessions,
    sharpeHourly: metrics.sharpeHourly,
    sharpe: metrics.sharpe,
    sortino: metrics.sortino,
    cumRet: metrics.cumRet,
    cumRetSimple: metrics.cumRetSimple,
    cagr: metrics.cagr,
    annVol: metrics.annVol,
    maxDrawdown: metrics.maxDrawdown,
    calmar: metrics.calmar,
    trades: metrics.trades,
    barsInMarket: metrics.barsInMarket,
    exposure: metrics.exposure,
    winRate: metrics.winRate,
    avgWin: metrics.avgWin,
    avgLoss: metrics.avgLoss,
    profitFactor: metrics.profitFactor,
    expectancy: metrics.expectancy,
    avgTrade: metrics.avgTrade,
    hitRate: metrics.hitRate,
    es95: metrics.es95,
    turnover: metrics.turnover,
    skew: metrics.skew,
    kurtosis: metrics.kurtosis,
    psr: metrics.psr,
    minTrackRecord: metrics.minTrackRecord,
    sharpePerSession: metrics.sharpePerSession,
    costTotal: metrics.costTotal,
    grossCumRet: metrics.grossCumRet,
    benchmark: metrics.benchmark,
    trials,
    dsr,
  };
}

/** What is kept of thousands: the rest may be forgotten at once. */
function figuresOf(
  _desk: Desk,
  _input: EvaluateInput,
  _config: BacktestConfig,
  { kind, metrics, bestSharpeHourly, bestCumRet, realisedTopPct, ownTrials }: Weighed,
) {
  return { kind, metrics, bestSharpeHourly, bestCumRet, realisedTopPct, ownTrials };
}

/** The pbo that `evaluateSweep` gives, without the results: of a sweep that was only screened. Keeps a return a session of each configuration. */
export function sweepOverfitting(
  groups: readonly SweepGroup[],
  control?: Control,
  kernels?: KernelHost,
): number | null {
  return overfittingProbability(alignSessions(byFamilies(groups, { control, kernels }, returnsOf)));
}

export interface Helpers {
  readonly control: Control | undefined;
  readonly kernels: KernelHost | undefined;
}

/** Configurations that differ in costs only are weighed together; what each comes to stands in the order given. */
export function byFamilies<T>(
  groups: readonly SweepGroup[],
  { control, kernels }: Helpers,
  finish: (desk: Desk, input: EvaluateInput, config: BacktestConfig, weighed: Weighed) => T,
): T[] {
  const total = groups.reduce((sum, { configs }) => sum + configs.length, 0);
  let done = 0;
  return groups.flatMap(({ configs, ...input }) => {
    const desk = createDesk(input, kernels);
    const results: T[] = new Array(configs.length);
    for (const places of familiesOf(configs)) {
      stopIfAsked(control, 'The sweep');
      const weighed = weigh(
        desk,
        input,
        places.map((place) => configs[place]!),
      );
      places.forEach((place, member) => {
        stopIfAsked(control, 'The sweep');
        results[place] = finish(desk, input, configs[place]!, weighed[member]!);
        control?.onStep?.(++done, total);
      });
    }
    return results;
  });
}

/** Places of the configurations, those that differ in costs only together. */
function familiesOf(configs: readonly BacktestConfig[]): number[][] {
  const families = new Map<string, number[]>();
  for (let place = 0; place < configs.length; place++) {
    const key = rulesKey(configs[place]!);
    const family = families.get(key);
    if (family === undefined) families.set(key, [place]);
    else family.push(place);
  }
  return [...families.values()];
}

export type SessionReturns = BacktestResult['sessionReturns'];

/** Returns per session over the union of all sessions; a configuration whose hours skip a session earned 0 in it. */
export function alignSessions(series: readonly SessionReturns[]): Float64Array[] {
  const first = series[0]?.days;
  if (first === undefined || series.every(({ days }) => isSame(days, first)))
    return series.map(({ returns }) => returns);
  const all = new Set<number>();
  for (const { days } of series) for (const day of days) all.add(day);
  const positionOf = new Map([...all].sort((a, b) => a - b).map((day, at) => [day, at]));
  return series.map(({ days, returns }) => {
    const aligned = new Float64Array(all.size);
    for (const [at, day] of days.entries()) aligned[positionOf.get(day)!] = returns[at]!;
    return aligned;
  });
}

const isSame = (a: Int32Array, b: Int32Array): boolean => a.length === b.length && a.every((day, i) => day === b[i]);
