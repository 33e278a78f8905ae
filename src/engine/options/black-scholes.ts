/** European options: price and greeks in closed form. */
import { exp } from '../math/exp.js';
import { log } from '../math/log.js';
import { normalCdf, normalDensity } from '../math/normal.js';
import { isSound, type PricedTerms, payoffSign } from './option.js';

/** Units of sigma 17.1: what a trader reads, not the derivatives by the year and by the whole. */
export interface Greeks {
  /** Per $1 of the underlying. */
  readonly delta: number;
  /** Per $1 squared. */
  readonly gamma: number;
  /** Per calendar day that passes (a 365th of the yearly rate). */
  readonly theta: number;
  /** Per volatility point (0.01). */
  readonly vega: number;
  /** Per rate point (0.01). */
  readonly rho: number;
}

export const NO_GREEKS: Greeks = { delta: 0, gamma: 0, theta: 0, vega: 0, rho: 0 };

const DAYS_A_YEAR = 365;
const POINTS = 100;

/** Below this much total deviation (vol times the root of the years) the future is certain to the last digit. */
const NO_DEVIATION = 1e-12;

/**
 * Price of a European option: s (S e^(-qT) N(s d1) - K e^(-rT) N(s d2)), s = 1 for calls and -1 for puts.
 * Black & Scholes (1973), Merton (1973).
 *
 * Expired options are worth their payoff; without volatility the forward's payoff, discounted. Unsound terms give NaN.
 */
export function blackScholesPrice(terms: PricedTerms): number {
  if (!isSound(terms) || !(terms.vol >= 0)) return Number.NaN;
  const { type, spot, strike, years, rate, dividendYield, vol } = terms;
  const sign = payoffSign(type);
  if (years <= 0) return Math.max(0, sign * (spot - strike));
  const paidSpot = spot * exp(-dividendYield * years);
  const paidStrike = strike * exp(-rate * years);
  const deviation = vol * Math.sqrt(years);
  if (deviation < NO_DEVIATION) return Math.max(0, sign * (paidSpot - paidStrike));
  // An infinite deviation leaves the price at its upper bound.
  if (deviation === Infinity) return sign > 0 ? paidSpot : paidStrike;
  const d1 = firstDistance(terms, deviation);
  const price = sign * (paidSpot * normalCdf(sign * d1) - paidStrike * normalCdf(sign * (d1 - deviation)));
  // Far out of the money two equal parts cancel and rounding may leave less than nothing.
  return Math.max(0, price);
}

/** d1 = (ln(S / K) + (r - q) T) / (vol sqrt T) + vol sqrt T / 2. */
function firstDistance({ spot, strike, years, rate, dividendYield }: PricedTerms, deviation: number): number {
  return (log(spot / strike) + (rate - dividendYield) * years) / deviation + deviation / 2;
}

/**
 * Greeks of a European option (Hull, Options, Futures and Other Derivatives, ch. 19), in the units of `Greeks`.
 *
 * Expired: delta is the payoff's slope, all others 0. Without volatility: the slopes of the discounted forward payoff. Where
 * that payoff has its kink delta is halfway between its sides and gamma, which would be infinite, is 0. Unsound terms give NaN.
 */
export function blackScholesGreeks(terms: PricedTerms): Greeks {
  if (!isSound(terms) || !(terms.vol >= 0 && terms.vol < Infinity)) {
    return { delta: Number.NaN, gamma: Number.NaN, theta: Number.NaN, vega: Number.NaN, rho: Number.NaN };
  }
  const deviation = terms.vol * Math.sqrt(Math.max(0, terms.years));
  return deviation < NO_DEVIATION ? certainGreeks(terms) : uncertainGreeks(terms, deviation);
}

function uncertainGreeks(terms: PricedTerms, deviation: number): Greeks {
  const { type, spot, strike, years, rate, dividendYield, vol } = terms;
  const sign = payoffSign(type);
  const dividendDiscount = exp(-dividendYield * years);
  const paidStrike = strike * exp(-rate * years);
  const d1 = firstDistance(terms, deviation);
  const density = normalDensity(d1);
  const held = normalCdf(sign * d1);
  const exercised = normalCdf(sign * (d1 - deviation));
  const decay = (spot * dividendDiscount * density * vol) / (2 * Math.sqrt(years));
  const carry = sign * (dividendYield * spot * dividendDiscount * held - rate * paidStrike * exercised);
  return {
    delta: sign * dividendDiscount * held,
    gamma: (dividendDiscount * density) / (spot * deviation),
    theta: (carry - decay) / DAYS_A_YEAR,
    vega: (spot * dividendDiscount * density * Math.sqrt(years)) / POINTS,
    rho: (sign * years * paidStrike * exercised) / POINTS,
  };
}

/** The limit without volatility: the option is a forward that is exercised or not. */
function certainGreeks({ type, spot, strike, years, rate, dividendYield }: PricedTerms): Greeks {
  const sign = payoffSign(type);
  const left = Math.max(0, years);
  const dividendDiscount = exp(-dividendYield * left);
  const paidStrike = strike * exp(-rate * left);
  const worth = sign * (spot * dividendDiscount - paidStrike);
  const share = worth > 0 ? 1 : worth === 0 ? 0.5 : 0;
  if (years <= 0) return { ...NO_GREEKS, delta: share === 0 ? 0 : sign * share };
  if (share === 0) return NO_GREEKS;
  return {
    delta: sign * share * dividendDiscount,
    gamma: 0,
    theta: (sign * share * (dividendYield * spot * dividendDiscount - rate * paidStrike)) / DAYS_A_YEAR,
    vega: 0,
    rho: (sign * share * left * paidStrike) / POINTS,
  };
}
