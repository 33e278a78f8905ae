/** What an option would cost when the underlying reaches another price (sigma 17.1, stop and target premiums). */
import { newYorkTimeMs } from '../calendar/new-york-time.js';
import { blackScholesGreeks, blackScholesPrice } from './black-scholes.js';
import type { PricedTerms } from './option.js';

const YEAR_MS = 365 * 86_400_000;
const CLOSE_MINUTE = 16 * 60;

/** Calendar time from a moment to 16:00 New York on the expiry's day, in years of 365 days (sigma 9.3); below zero after it. */
export const yearsToExpiry = (nowMs: number, expiry: number): number =>
  (newYorkTimeMs(expiry, CLOSE_MINUTE) - nowMs) / YEAR_MS;

export interface PremiumLevel {
  /** Revalued with the same volatility after the time has passed. */
  readonly premium: number;
  /** The premium now plus delta times the move: the estimate of the original, for comparison. */
  readonly linear: number;
}

/** The premium at another underlying price after `elapsedYears` (the caller passes half the time stop). Never below zero. */
export function premiumAt(terms: PricedTerms, spot: number, elapsedYears: number): PremiumLevel {
  const now = blackScholesPrice(terms);
  return {
    premium: blackScholesPrice({ ...terms, spot, years: terms.years - elapsedYears }),
    linear: Math.max(0, now + blackScholesGreeks(terms).delta * (spot - terms.spot)),
  };
}
