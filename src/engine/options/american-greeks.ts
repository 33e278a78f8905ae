/** Greeks of American options: those of the European option, plus what the right to exercise early adds, by differences. */
import { americanLatticePrice } from './american-lattice.js';
import { blackScholesGreeks, blackScholesPrice, type Greeks } from './black-scholes.js';
import { intrinsicValue, type PricedTerms, payoffSign } from './option.js';

/** How far each term is moved to either side. Wide enough that the lattice's own error, which hardly moves with them, cancels. */
const BUMP = { vol: 0.01, rate: 0.001, years: 1 / 365 } as const;

/** The spot moves by a share of its deviation until expiry, kept between a half and five percent: narrower and gamma is noise. */
const spotBump = ({ spot, vol, years }: PricedTerms) =>
  spot * Math.min(0.05, Math.max(0.005, 0.12 * vol * Math.sqrt(years)));

/** A value that exceeds the payoff by less than this share of it is the payoff: the lattice leaves as much. */
const ROUNDING = 1e-7;

const DAYS_A_YEAR = 365;
const POINTS = 100;

/**
 * Greeks of an American option in the units of `Greeks`, by central differences of the early exercise premium (American less
 * European price) on top of the European greeks in closed form: what can be exact stays exact.
 *
 * `price` is the model the premium is taken from: `americanLatticePrice` by default (some nine lattices, a few milliseconds),
 * or `americanApproximatePrice`. Error with the lattice up to a year, spot 100 (`american-greeks.test.ts` measures it against 1,001
 * steps): delta 0.002, gamma 0.002, vega 0.002, theta 0.0005 a day, rho 0.04; largest where exercising is about to pay, for gamma
 * jumps there. With the approximation: delta 0.025, gamma 0.02, vega 0.035, theta 0.002 a day, rho 0.5. Where exercising now is best the option is its payoff: delta 1 or -1, all others 0. Unsound terms give NaN.
 */
export function americanGreeks(
  terms: PricedTerms,
  price: (terms: PricedTerms) => number = americanLatticePrice,
): Greeks {
  const european = blackScholesGreeks(terms);
  if (Number.isNaN(european.delta) || terms.years <= 0) return european;
  const { type, spot, strike } = terms;
  const now = intrinsicValue(type, spot, strike);
  if (now > 0 && price(terms) <= now * (1 + ROUNDING))
    return { delta: payoffSign(type), gamma: 0, theta: 0, vega: 0, rho: 0 };
  const premium = (moved: Partial<PricedTerms>) => {
    const there = { ...terms, ...moved };
    return price(there) - blackScholesPrice(there);
  };
  const slope = (name: 'vol' | 'rate' | 'years', up: number, down = up) =>
    (premium({ [name]: terms[name] + up }) - premium({ [name]: terms[name] - down })) / (up + down);
  const step = spotBump(terms);
  const [below, here, above] = [premium({ spot: spot - step }), premium({}), premium({ spot: spot + step })];
  return {
    delta: european.delta + (above - below) / (2 * step),
    gamma: european.gamma + (above - 2 * here + below) / (step * step),
    theta: european.theta - slope('years', Math.min(BUMP.years, terms.years / 2)) / DAYS_A_YEAR,
    vega: european.vega + slope('vol', BUMP.vol, Math.min(BUMP.vol, terms.vol)) / POINTS,
    rho: european.rho + slope('rate', BUMP.rate) / POINTS,
  };
}
