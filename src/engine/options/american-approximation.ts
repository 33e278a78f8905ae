/** American options in closed form: as fast as a European price, with an error that is known. */
import { exp } from '../math/exp.js';
import { log } from '../math/log.js';
import { normalCdf } from '../math/normal.js';
import { pow } from '../math/pow.js';
import { americanLatticePrice, bestOnCertainPath } from './american-lattice.js';
import { blackScholesPrice } from './black-scholes.js';
import { intrinsicValue, isSound, type PricedTerms, payoffSign } from './option.js';

const CERTAIN = 1e-6;
const STEPS_MAX = 100;
/** The critical price need not be better than this share of the strike: the price is flat around it. */
const TOLERANCE = 1e-12;

/**
 * Price of an American option by the quadratic approximation of Barone-Adesi & Whaley (1987): the European price plus an early
 * exercise premium that solves a simplified equation; the critical price beyond which one exercises is found by bisection.
 *
 * Error against the lattice with spot 100: below 0.1 up to a quarter, 0.25 up to a year, 1.1 at three years (deep puts of high
 * volatility are worst; `american.test.ts` measures it). The lattice is for whoever needs more. Exact where exercise never pays (calls without dividends, puts without interest). Rates
 * below zero, where the approximation does not hold, are given to the lattice.
 */
export function americanApproximatePrice(terms: PricedTerms): number {
  if (!isSound(terms) || !(terms.vol >= 0 && terms.vol < Infinity)) return Number.NaN;
  const { type, spot, strike, years, rate, dividendYield, vol } = terms;
  const now = intrinsicValue(type, spot, strike);
  if (years <= 0) return now;
  if (vol * Math.sqrt(years) < CERTAIN) return bestOnCertainPath(terms);
  if (rate < 0 || dividendYield < 0) return americanLatticePrice(terms);
  const european = blackScholesPrice(terms);
  if (type === 'call' ? dividendYield === 0 : rate === 0) return european;
  const sign = payoffSign(type);
  const exponent = premiumExponent(terms);
  const critical = criticalPrice(terms, exponent);
  if (sign * (spot - critical) >= 0) return now;
  const premium = sign * (critical / exponent) * (1 - slopeAt(terms, critical));
  return Math.max(now, european + premium * pow(spot / critical, exponent));
}

/** The root q of q^2 + (N - 1) q - M / (1 - e^(-rT)) = 0 on the option's side; M = 2r / vol^2, N = 2(r - q) / vol^2. */
function premiumExponent({ type, years, rate, dividendYield, vol }: PricedTerms): number {
  const variance = vol * vol;
  const n = (2 * (rate - dividendYield)) / variance;
  // Towards r = 0 the quotient has the limit 2 / (vol^2 T).
  const m = rate * years < 1e-12 ? 2 / (variance * years) : (2 * rate) / variance / (1 - exp(-rate * years));
  return (1 - n + payoffSign(type) * Math.sqrt((n - 1) * (n - 1) + 4 * m)) / 2;
}

/** e^(-qT) N(s d1(price)): how the European price follows the underlying at another price, in the option's direction. */
function slopeAt({ type, strike, years, rate, dividendYield, vol }: PricedTerms, price: number): number {
  const deviation = vol * Math.sqrt(years);
  const d1 = (log(price / strike) + (rate - dividendYield) * years) / deviation + deviation / 2;
  return exp(-dividendYield * years) * normalCdf(payoffSign(type) * d1);
}

/** The price at which holding and exercising are worth the same: s (P - K) = European(P) + s (1 - slope) P / q. */
function criticalPrice(terms: PricedTerms, exponent: number): number {
  const { type, strike } = terms;
  const sign = payoffSign(type);
  const gain = (price: number) =>
    sign * (price - strike) -
    blackScholesPrice({ ...terms, spot: price }) -
    (sign * price * (1 - slopeAt(terms, price))) / exponent;
  // Holding is better at the strike; exercising is better far inside the money.
  let [hold, exercise] = [strike, strike];
  for (let i = 0; i < 200 && gain(exercise) < 0; i++) exercise *= sign > 0 ? 2 : 0.5;
  for (let i = 0; i < STEPS_MAX && Math.abs(exercise - hold) > TOLERANCE * strike; i++) {
    const middle = (hold + exercise) / 2;
    if (gain(middle) < 0) hold = middle;
    else exercise = middle;
  }
  return (hold + exercise) / 2;
}
