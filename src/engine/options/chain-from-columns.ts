/** Stored option snapshots become the columns of an option chain: sorted, volatilities and greeks filled in where the source has none. */
import { newYorkTimeMs } from '../calendar/new-york-time.js';
import type { OptionChain } from '../frame/option-chain.js';
import { blackScholesGreeks } from './black-scholes.js';
import { impliedVolatility } from './implied-volatility.js';

/** Columns as a store hands them over, in any order; NaN is not known. */
export interface RawOptionChain {
  /** When the snapshot was known, microseconds since the epoch, UTC. */
  readonly timestampUs: Float64Array;
  /** Days since 1970-01-01. */
  readonly expiryDay: Float64Array;
  readonly strike: Float64Array;
  /** 1 for a call, 0 for a put. */
  readonly isCall: Float64Array;
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  readonly mid: Float64Array;
  readonly iv: Float64Array;
  readonly delta: Float64Array;
  readonly gamma: Float64Array;
  readonly openInterest: Float64Array;
}

export interface PricingContext {
  /** Price of the underlying as it was known at a moment (epoch milliseconds); NaN when it was not. */
  readonly spotAt: (ms: number) => number;
  /** Per year, continuous. */
  readonly rate: number;
}

/**
 * Snapshots with the source's own volatilities and greeks; those it lacks are solved from the mid.
 *
 * By sigma 9.3: Black-Scholes-Merton without dividends, time in calendar seconds to 16:00 New York of the expiry day over 365 days.
 * A volatility that nothing explains (no price, no spot, a price outside its bounds) is NaN, and so are the greeks that need it.
 * Rows come in the order of moment, expiry, strike, puts first, whatever the store's order was.
 */
export const chainFromColumns = (raw: RawOptionChain, context: PricingContext): OptionChain =>
  gather(raw, orderOf(raw), (row) => {
    const iv = raw.iv[row]! > 0 ? raw.iv[row]! : solve(raw, row, context);
    const [delta, gamma] = [raw.delta[row]!, raw.gamma[row]!];
    if (Number.isFinite(delta) && Number.isFinite(gamma)) return { iv, delta, gamma };
    const solved = greeksAt(raw, row, iv, context);
    return {
      iv,
      delta: Number.isFinite(delta) ? delta : solved.delta,
      gamma: Number.isFinite(gamma) ? gamma : solved.gamma,
    };
  });

/** The rows with a bid and an ask (or a mid), their volatilities and greeks all solved from it; the same rules. */
export const quotesFromColumns = (raw: RawOptionChain, context: PricingContext): OptionChain =>
  gather(
    raw,
    orderOf(raw).filter((row) => midOf(raw, row) > 0),
    (row) => {
      const iv = solve(raw, row, context);
      return { iv, ...greeksAt(raw, row, iv, context) };
    },
  );

function orderOf(raw: RawOptionChain): number[] {
  return Array.from({ length: raw.timestampUs.length }, (_, row) => row).sort(
    (a, b) =>
      raw.timestampUs[a]! - raw.timestampUs[b]! ||
      raw.expiryDay[a]! - raw.expiryDay[b]! ||
      raw.strike[a]! - raw.strike[b]! ||
      raw.isCall[a]! - raw.isCall[b]! ||
      a - b,
  );
}

/** The middle of a sound quote, else the mid that the source gives. */
function midOf({ bid, ask, mid }: RawOptionChain, row: number): number {
  const isSound = bid[row]! >= 0 && ask[row]! > 0 && bid[row]! <= ask[row]!;
  return isSound ? (bid[row]! + ask[row]!) / 2 : mid[row]!;
}

const YEAR_MS = 365 * 86_400_000;
const SETTLES_MINUTE = 16 * 60;

const expiryMs = (expiryDay: number) => newYorkTimeMs(expiryDay, SETTLES_MINUTE);

function termsOf(raw: RawOptionChain, row: number, { spotAt, rate }: PricingContext) {
  const asOfMs = raw.timestampUs[row]! / 1000;
  return {
    type: raw.isCall[row] === 1 ? ('call' as const) : ('put' as const),
    spot: spotAt(asOfMs),
    strike: raw.strike[row]!,
    years: (expiryMs(raw.expiryDay[row]!) - asOfMs) / YEAR_MS,
    rate,
    dividendYield: 0,
  };
}

function solve(raw: RawOptionChain, row: number, context: PricingContext): number {
  const mid = midOf(raw, row);
  return mid > 0 ? impliedVolatility(termsOf(raw, row, context), mid).vol : Number.NaN;
}

function greeksAt(raw: RawOptionChain, row: number, iv: number, context: PricingContext) {
  const { delta, gamma } = blackScholesGreeks({ ...termsOf(raw, row, context), vol: iv });
  return { delta, gamma };
}

function gather(
  raw: RawOptionChain,
  order: readonly number[],
  valuesOf: (row: number) => { iv: number; delta: number; gamma: number },
): OptionChain {
  const values = order.map((row) => valuesOf(row));
  return {
    rows: order.length,
    asOfMs: Float64Array.from(order, (row) => raw.timestampUs[row]! / 1000),
    expiryMs: Float64Array.from(order, (row) => expiryMs(raw.expiryDay[row]!)),
    strike: Float64Array.from(order, (row) => raw.strike[row]!),
    isCall: Uint8Array.from(order, (row) => raw.isCall[row]!),
    iv: Float64Array.from(values, ({ iv }) => iv),
    delta: Float64Array.from(values, ({ delta }) => delta),
    gamma: Float64Array.from(values, ({ gamma }) => gamma),
    openInterest: Float64Array.from(order, (row) => raw.openInterest[row]!),
  };
}
