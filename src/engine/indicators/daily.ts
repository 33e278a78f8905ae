/** Daily bars seen from other bars: always the session before, which is the last one whose close is known. */
import { aggregateBars } from '../calendar/aggregate-bars.js';
import { isIntradayInterval } from '../calendar/bar-interval.js';
import { sessionIndex } from '../calendar/exchange-calendar.js';
import type { Bars } from '../frame/bars.js';
import type { MarketData } from './indicator.js';
import { SELF } from './params.js';

/** Daily bars of the market's own ticker: those given, or made from its bars; undefined for weekly bars alone. */
export function ownDaily(market: MarketData): Bars | undefined {
  if (market.daily !== undefined) return market.daily;
  if (market.interval === 'day') return market.bars;
  return isIntradayInterval(market.interval) ? aggregateBars(market.bars, market.interval, 'day') : undefined;
}

/** Daily bars of `self` or of another ticker by name. */
export function dailyOf(market: MarketData, underlying: string): Bars | undefined {
  const isOwn = underlying === SELF || underlying.toUpperCase() === market.ticker.toUpperCase();
  return isOwn ? ownDaily(market) : market.related?.[underlying.toUpperCase()];
}

export function whyDailyMissing(market: MarketData, underlying: string): string | undefined {
  const daily = dailyOf(market, underlying);
  if (daily !== undefined && daily.rows > 0) return undefined;
  return `daily bars of ${underlying === SELF ? market.ticker : underlying} are missing`;
}

/**
 * For each bar the daily value of `shift` sessions before its own; NaN where that session has no daily bar.
 * Values are never carried over a missing session: a stale value would pass for a fresh one.
 */
export function fromSessionBefore(bars: Bars, daily: Bars, values: Float64Array, shift = 1): Float64Array {
  const byPosition = new Map<number, number>();
  for (let i = 0; i < daily.rows; i++) byPosition.set(sessionIndex(daily.session[i]!), values[i]!);
  const out = new Float64Array(bars.rows);
  for (let i = 0; i < bars.rows; i++) {
    const isSameSession = i > 0 && bars.session[i] === bars.session[i - 1];
    out[i] = isSameSession ? out[i - 1]! : (byPosition.get(sessionIndex(bars.session[i]!) - shift) ?? Number.NaN);
  }
  return out;
}
