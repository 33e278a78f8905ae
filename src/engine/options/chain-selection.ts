/** Which option of a chain to take: by expiry, by delta, by the nearest listed strike (sigma 17.1). */
import type { OptionType } from './option.js';

/** One listed option as it was quoted at the moment of decision. */
export interface ChainQuote {
  readonly type: OptionType;
  readonly expiry: number;
  readonly strike: number;
  /** Signed, as markets quote it: below zero for puts. */
  readonly delta: number;
  readonly iv: number;
  readonly bid: number;
  readonly ask: number;
  readonly openInterest: number;
}

export interface DeltaChoice {
  readonly type: OptionType;
  /** Its size, 0..1: also for puts. */
  readonly targetDelta: number;
  readonly minOpenInterest?: number;
  /** Spread as a share of the middle. */
  readonly maxSpreadShare?: number;
}

export const midPrice = ({ bid, ask }: Pick<ChainQuote, 'bid' | 'ask'>): number => (bid + ask) / 2;

/** (ask - bid) / mid; NaN without a middle above zero. */
export function spreadShare(quote: Pick<ChainQuote, 'bid' | 'ask'>): number {
  const mid = midPrice(quote);
  return mid > 0 ? (quote.ask - quote.bid) / mid : Number.NaN;
}

/**
 * The quote whose delta's size is nearest to the target; among equals the smaller spread, then the lower volatility, then the
 * lower strike (the last decides, so the order of the chain does not). Undefined when none qualifies; quotes without delta never do.
 */
export function chooseByDelta(chain: readonly ChainQuote[], choice: DeltaChoice): ChainQuote | undefined {
  const { type, targetDelta, minOpenInterest = 0, maxSpreadShare } = choice;
  const missBy = ({ delta }: ChainQuote) => (Math.abs(delta) - targetDelta) ** 2;
  const isEligible = (quote: ChainQuote) =>
    quote.type === type &&
    Number.isFinite(quote.delta) &&
    quote.openInterest >= minOpenInterest &&
    (maxSpreadShare === undefined || spreadShare(quote) <= maxSpreadShare);
  const order = (a: ChainQuote, b: ChainQuote) =>
    missBy(a) - missBy(b) ||
    lastWhenMissing(spreadShare(a), spreadShare(b)) ||
    lastWhenMissing(a.iv, b.iv) ||
    a.strike - b.strike;
  return chain.filter(isEligible).sort(order)[0];
}

function lastWhenMissing(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b;
}

/** The listed strike nearest to the wanted one within a tolerance (ties: the lower); undefined when none is. */
export function nearestStrike(strikes: readonly number[], wanted: number, tolerance: number): number | undefined {
  const near = strikes.filter((strike) => Math.abs(strike - wanted) <= tolerance);
  return near.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted) || a - b)[0];
}

/** The short leg of a debit vertical: above the long strike for calls, below it for puts, within half the width. */
export const shortStrike = (
  strikes: readonly number[],
  { type, longStrike, width }: { type: OptionType; longStrike: number; width: number },
): number | undefined => nearestStrike(strikes, type === 'call' ? longStrike + width : longStrike - width, width / 2);

/**
 * The listed expiry (day numbers) nearest to `daysToExpiry` from a day, the later one of two as near; without a number of days
 * the first one on or after the day. Expiries before the day are never chosen.
 */
export function chooseExpiry(expiries: readonly number[], day: number, daysToExpiry = 0): number | undefined {
  const missBy = (expiry: number) => Math.abs(expiry - day - daysToExpiry);
  return expiries.filter((expiry) => expiry >= day).sort((a, b) => missBy(a) - missBy(b) || b - a)[0];
}
