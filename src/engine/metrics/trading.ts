/** Every trading metric of sigma.md 12.6 from net returns per bar, sessions and trades. */

import { minTrackRecord, probabilisticSharpe } from './deflated-sharpe.js';
import { meanOf, ratioOf, shapeOf, stdOf } from './moments.js';
import { annualReturn, compound, expectedShortfall, maxDrawdown, sharpeRatio, sortinoRatio, sumOf } from './returns.js';

export const SESSIONS_PER_YEAR = 252;
/** A Sharpe ratio of fewer sessions is noise. */
export const SESSIONS_MIN = 20;

/** One entry per out-of-sample bar, flat bars included, in time order. */
export interface BarOutcomes {
  readonly net: Float64Array;
  readonly gross: Float64Array;
  readonly cost: Float64Array;
  readonly position: Float64Array;
  /** Amount traded at the bar, both ways. */
  readonly traded: Float64Array;
  /** The market's own return of the bar; NaN where unknown, which counts as 0. */
  readonly market: Float64Array;
  /** Session day of the bar. */
  readonly session: Int32Array;
}

export interface TradingMetrics {
  readonly bars: number;
  readonly sessions: number;
  /** Per bar, not annualised. */
  readonly sharpeHourly: number | null;
  /** Annualised from session returns. */
  readonly sharpe: number | null;
  readonly sortino: number | null;
  readonly cumRet: number;
  readonly cumRetSimple: number;
  readonly cagr: number | null;
  readonly annVol: number | null;
  readonly maxDrawdown: number;
  readonly calmar: number | null;
  readonly trades: number;
  readonly barsInMarket: number;
  readonly exposure: number | null;
  readonly winRate: number | null;
  readonly avgWin: number | null;
  /** Negative. */
  readonly avgLoss: number | null;
  readonly profitFactor: number | null;
  readonly expectancy: number | null;
  readonly avgTrade: number | null;
  readonly hitRate: number | null;
  /** Negative. */
  readonly es95: number | null;
  readonly turnover: number | null;
  readonly skew: number | null;
  readonly kurtosis: number | null;
  readonly psr: number | null;
  /** Sessions needed for 95 % confidence in a positive Sharpe ratio. */
  readonly minTrackRecord: number | null;
  /** mean / std per session, the unit of psr and dsr. */
  readonly sharpePerSession: number | null;
  readonly costTotal: number;
  readonly grossCumRet: number;
  readonly benchmark: Benchmark;
}

/** Buy and hold of the same bars. */
export interface Benchmark {
  readonly cumRet: number;
  readonly sharpe: number | null;
  readonly maxDrawdown: number;
}

/** Return per session: prod(1 + r) - 1 over its bars; sessions in the order they appear. */
export function sessionReturns(
  returns: Float64Array,
  session: Int32Array,
): { days: Int32Array; returns: Float64Array } {
  const days = new Int32Array(returns.length);
  const growth = new Float64Array(returns.length);
  let count = 0;
  for (let i = 0; i < returns.length; i++) {
    if (i === 0 || session[i] !== session[i - 1]) {
      days[count] = session[i]!;
      growth[count++] = 1;
    }
    growth[count - 1] = growth[count - 1]! * (1 + returns[i]!);
  }
  for (let d = 0; d < count; d++) growth[d] = growth[d]! - 1;
  return { days: days.slice(0, count), returns: growth.slice(0, count) };
}

/** `benchmark` may be given where it is known already: it depends on the market's bars only. */
export function tradingMetrics(
  bars: BarOutcomes,
  tradeReturns: readonly number[],
  benchmark: Benchmark = benchmarkOf(bars),
): TradingMetrics {
  const { returns: daily } = sessionReturns(bars.net, bars.session);
  const isLong = daily.length >= SESSIONS_MIN;
  const ratio = isLong ? ratioOf(daily) : null;
  const { skew, kurtosis } = shapeOf(daily);
  const cumRet = compound(bars.net);
  const cagr = annualReturn(cumRet, daily.length, SESSIONS_PER_YEAR);
  const deepest = maxDrawdown(bars.net);
  const std = stdOf(daily);
  const sample =
    ratio === null || skew === null || kurtosis === null
      ? null
      : { sharpe: ratio, periods: daily.length, skew, kurtosis };
  return {
    bars: bars.net.length,
    sessions: daily.length,
    sharpeHourly: ratioOf(bars.net),
    sharpe: ratio === null ? null : Math.sqrt(SESSIONS_PER_YEAR) * ratio,
    sortino: sortinoRatio(daily, SESSIONS_PER_YEAR),
    cumRet,
    cumRetSimple: sumOf(bars.net),
    cagr,
    annVol: std === null ? null : Math.sqrt(SESSIONS_PER_YEAR) * std,
    maxDrawdown: deepest,
    calmar: cagr === null || deepest === 0 ? null : cagr / Math.abs(deepest),
    ...inMarket(bars),
    ...tradeMetrics(tradeReturns),
    es95: expectedShortfall(daily, 0.05),
    turnover: daily.length === 0 ? null : ((sumOf(bars.traded) / 2) * SESSIONS_PER_YEAR) / daily.length,
    skew,
    kurtosis,
    psr: sample && probabilisticSharpe(sample),
    minTrackRecord: sample && minTrackRecord(sample),
    sharpePerSession: ratio,
    costTotal: sumOf(bars.cost),
    grossCumRet: compound(bars.gross),
    benchmark,
  };
}

export function benchmarkOf(bars: Pick<BarOutcomes, 'market' | 'session'>): Benchmark {
  const market = bars.market.map((move) => (Number.isFinite(move) ? move : 0));
  const { returns: daily } = sessionReturns(market, bars.session);
  const sharpe = daily.length < SESSIONS_MIN ? null : sharpeRatio(daily, SESSIONS_PER_YEAR);
  return { cumRet: compound(market), sharpe, maxDrawdown: maxDrawdown(market) };
}

function inMarket({ position, market }: BarOutcomes) {
  let barsInMarket = 0;
  let judged = 0;
  let hits = 0;
  for (let i = 0; i < position.length; i++) {
    if (position[i] === 0) continue;
    barsInMarket++;
    const move = market[i]!;
    if (!Number.isFinite(move) || move === 0) continue;
    judged++;
    if (position[i]! > 0 === move > 0) hits++;
  }
  return {
    barsInMarket,
    exposure: position.length === 0 ? null : barsInMarket / position.length,
    hitRate: judged === 0 ? null : hits / judged,
  };
}

function tradeMetrics(returns: readonly number[]) {
  const wins = returns.filter((value) => value > 0);
  const losses = returns.filter((value) => value < 0);
  const avgTrade = meanOf(returns);
  return {
    trades: returns.length,
    winRate: returns.length === 0 ? null : wins.length / returns.length,
    avgWin: meanOf(wins),
    avgLoss: meanOf(losses),
    profitFactor: losses.length === 0 ? null : sumOf(wins) / Math.abs(sumOf(losses)),
    // Win rate times mean win plus loss rate times mean loss, which is the mean trade.
    expectancy: avgTrade,
    avgTrade,
  };
}
