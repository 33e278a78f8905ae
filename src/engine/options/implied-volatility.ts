/** The volatility that explains a price. */
import { exp } from '../math/exp.js';
import { log } from '../math/log.js';
import { blackScholesGreeks, blackScholesPrice } from './black-scholes.js';
import { isSound, type OptionTerms, type OptionType } from './option.js';

/** The bracket of sigma 9.3: volatilities outside it are not looked for. */
export const VOL_MIN = 1e-4;
export const VOL_MAX = 5;

const STEPS_MAX = 100;

/** Why there is no volatility to give. */
export type NoVolatility =
  | 'invalid_input'
  | 'expired'
  /** At or below the discounted payoff of the forward: such a price allows arbitrage or holds no time value to explain. */
  | 'below_intrinsic'
  /** At or above what the option can be worth at most: the underlying (call) or the strike (put), discounted. */
  | 'above_maximum'
  | 'below_bracket'
  | 'above_bracket';

export interface ImpliedVolatility {
  /** Per year; NaN when there is none, and then `reason` says why. */
  readonly vol: number;
  readonly reason?: NoVolatility;
}

/**
 * Implied volatility of a European option's price (sigma 9.3): Newton's steps kept inside a bracket that every step narrows, a
 * bisection wherever a step would leave it.
 *
 * Pricing with the result gives the price back to a few roundings of the larger of spot and strike, far below the 1e-6 that
 * sigma asks for. In-the-money prices are turned into the out-of-the-money option of the same strike by put-call parity:
 * its price is all time value, so no digits are lost in it.
 */
export function impliedVolatility(terms: OptionTerms, price: number): ImpliedVolatility {
  if (!isSound(terms) || !Number.isFinite(price)) return none('invalid_input');
  const { type, spot, strike, years, rate, dividendYield } = terms;
  if (years <= 0) return none('expired');
  const paidSpot = spot * exp(-dividendYield * years);
  const paidStrike = strike * exp(-rate * years);
  const [floor, ceiling] =
    type === 'call' ? [Math.max(0, paidSpot - paidStrike), paidSpot] : [Math.max(0, paidStrike - paidSpot), paidStrike];
  if (price <= floor) return none('below_intrinsic');
  if (price >= ceiling) return none('above_maximum');
  const outside: OptionType = paidSpot < paidStrike ? 'call' : 'put';
  return solve({ ...terms, type: outside }, price - floor, Math.abs(log(paidSpot / paidStrike)));
}

const none = (reason: NoVolatility): ImpliedVolatility => ({ vol: Number.NaN, reason });

function solve(terms: OptionTerms, target: number, moneyness: number): ImpliedVolatility {
  const missBy = (vol: number) => blackScholesPrice({ ...terms, vol }) - target;
  let [low, high] = [VOL_MIN, VOL_MAX];
  if (missBy(low) > 0) return none('below_bracket');
  if (missBy(high) < 0) return none('above_bracket');
  // The price bends from hollow to round at this volatility; from there Newton's steps never overshoot (Manaster & Koehler 1982).
  let vol = Math.min(high, Math.max(low, Math.sqrt((2 * moneyness) / terms.years)));
  let best = { vol, miss: Infinity };
  for (let step = 0; step < STEPS_MAX; step++) {
    const miss = missBy(vol);
    if (Math.abs(miss) < best.miss) best = { vol, miss: Math.abs(miss) };
    if (miss === 0) break;
    if (miss > 0) high = vol;
    else low = vol;
    const slope = blackScholesGreeks({ ...terms, vol }).vega * 100;
    const newton = vol - miss / slope;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (next === vol || !(next > low && next < high)) break;
    vol = next;
  }
  return { vol: best.vol };
}
