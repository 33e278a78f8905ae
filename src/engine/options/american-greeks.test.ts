import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { americanApproximatePrice } from './american-approximation.js';
import { americanGreeks } from './american-greeks.js';
import { americanLatticePrice } from './american-lattice.js';
import { blackScholesGreeks, type Greeks } from './black-scholes.js';
import { type PricedTerms, payoffSign } from './option.js';

const NAMES = ['delta', 'gamma', 'theta', 'vega', 'rho'] as const;
const TYPES = ['call', 'put'] as const;
const base: PricedTerms = { type: 'call', spot: 100, strike: 100, years: 0.5, rate: 0.05, dividendYield: 0, vol: 0.3 };

const someTerms = fc.record({
  type: fc.constantFrom(...TYPES),
  spot: fc.constant(100),
  strike: fc.double({ min: 70, max: 140, noNaN: true }),
  years: fc.double({ min: 0.05, max: 1, noNaN: true }),
  rate: fc.double({ min: 0.002, max: 0.1, noNaN: true }),
  dividendYield: fc.double({ min: 0, max: 0.1, noNaN: true }),
  vol: fc.double({ min: 0.1, max: 0.6, noNaN: true }),
});

/** Coarser than by default: the properties hold at any number of steps. */
const quickPrice = (terms: PricedTerms) => americanLatticePrice(terms, { steps: 51 });

describe('greeks of American options', () => {
  it("are those of Hull's put, five months at the money (Options, Futures and Other Derivatives, ch. 21: a tree of 50 steps)", () => {
    const terms: PricedTerms = { ...base, type: 'put', spot: 50, strike: 50, years: 5 / 12, rate: 0.1, vol: 0.4 };
    const { delta, gamma, theta, vega, rho } = americanGreeks(terms);
    expect(Math.abs(delta - -0.415)).toBeLessThan(0.002);
    expect(Math.abs(gamma - 0.034)).toBeLessThan(0.001);
    expect(Math.abs(theta - -0.0117)).toBeLessThan(0.0004);
    expect(Math.abs(vega - 0.123)).toBeLessThan(0.001);
    expect(Math.abs(rho - -0.072)).toBeLessThan(0.001);
  });

  it.each([
    ['a call without dividends', { ...base }],
    ['a put without interest', { ...base, type: 'put' as const, rate: 0, dividendYield: 0.03 }],
  ])('are the European ones where nobody exercises early: %s', (_, terms) => {
    for (const price of [americanLatticePrice, americanApproximatePrice]) {
      const american = americanGreeks(terms, price);
      const european = blackScholesGreeks(terms);
      // Rho of the put looks at rates beside zero, where exercising early is worth something.
      for (const name of NAMES.filter((one) => !(one === 'rho' && terms.rate === 0)))
        expect(Math.abs(american[name] - european[name]), name).toBeLessThan(1e-6);
    }
  });

  it('approach the European ones far out of the money and close to expiry', () => {
    for (const type of TYPES) {
      const terms = { ...base, type, strike: type === 'call' ? 130 : 75, years: 0.05, dividendYield: 0.03 };
      const [american, european] = [americanGreeks(terms), blackScholesGreeks(terms)];
      for (const name of NAMES) expect(Math.abs(american[name] - european[name]), name).toBeLessThan(1e-4);
    }
  });

  it('are the payoff where exercising now is best', () => {
    const deep = (type: 'call' | 'put'): PricedTerms =>
      type === 'put'
        ? { ...base, type, strike: 180, vol: 0.15, rate: 0.08 }
        : { ...base, type, strike: 50, vol: 0.15, rate: 0.01, dividendYield: 0.1 };
    for (const price of [americanLatticePrice, americanApproximatePrice])
      for (const type of TYPES)
        expect(americanGreeks(deep(type), price)).toEqual({
          delta: payoffSign(type),
          gamma: 0,
          theta: 0,
          vega: 0,
          rho: 0,
        });
  });

  it('stay within the bounds of put and call, with more delta than the European option', () => {
    fc.assert(
      fc.property(someTerms, (terms) => {
        const { delta, gamma, vega } = americanGreeks(terms, quickPrice);
        const sign = payoffSign(terms.type);
        expect(sign * delta).toBeGreaterThan(-0.005);
        expect(sign * delta).toBeLessThan(1.02);
        expect(sign * (delta - blackScholesGreeks(terms).delta)).toBeGreaterThan(-0.005);
        expect(gamma).toBeGreaterThan(-0.01);
        expect(vega).toBeGreaterThan(-0.005);
      }),
      { seed: 35, numRuns: 150 },
    );
  });

  it('belong to prices that keep S e^(-qT) - K <= call - put <= S - K e^(-rT)', () => {
    fc.assert(
      fc.property(someTerms, (terms) => {
        const { spot, strike, years, rate, dividendYield } = terms;
        for (const [price, slack] of [
          [americanLatticePrice, 0.005],
          [americanApproximatePrice, 0.3],
        ] as const) {
          const difference = price({ ...terms, type: 'call' }) - price({ ...terms, type: 'put' });
          expect(difference).toBeGreaterThan(spot * Math.exp(-dividendYield * years) - strike - slack);
          expect(difference).toBeLessThan(spot - strike * Math.exp(-rate * years) + slack);
        }
      }),
      { seed: 36, numRuns: 100 },
    );
  });

  it('solve the equation of Black and Scholes wherever holding is better', () => {
    fc.assert(
      fc.property(someTerms, (terms) => {
        const { spot, strike, rate, dividendYield, vol, type } = terms;
        const value = americanLatticePrice(terms);
        // Beside the critical price gamma jumps, and differences see both sides.
        fc.pre(value > Math.max(0, payoffSign(type) * (spot - strike)) * 1.02 + 0.5);
        const { delta, gamma, theta } = americanGreeks(terms);
        const rest =
          theta * 365 + (vol * vol * spot * spot * gamma) / 2 + (rate - dividendYield) * spot * delta - rate * value;
        // In currency a year; its parts are of the size of ten.
        expect(Math.abs(rest)).toBeLessThan(0.35);
      }),
      { seed: 37, numRuns: 60 },
    );
  });

  const worst = (price: (terms: PricedTerms) => number): Greeks => {
    const most = { delta: 0, gamma: 0, theta: 0, vega: 0, rho: 0 };
    for (const type of TYPES)
      for (const strike of [80, 100, 120])
        for (const years of [0.05, 0.25, 1])
          for (const [rate, dividendYield] of [
            [0.05, 0],
            [0.08, 0.12],
          ] as const) {
            const terms = { type, spot: 100, strike, years, rate, dividendYield, vol: 0.25 };
            const exact = americanGreeks(terms, (one) => americanLatticePrice(one, { steps: 1001 }));
            const found = americanGreeks(terms, price);
            for (const name of NAMES) most[name] = Math.max(most[name], Math.abs(found[name] - exact[name]));
          }
    return most;
  };

  it.each([
    ['the lattice', americanLatticePrice, { delta: 0.002, gamma: 0.002, theta: 0.0005, vega: 0.002, rho: 0.04 }],
    ['the approximation', americanApproximatePrice, { delta: 0.025, gamma: 0.02, theta: 0.002, vega: 0.035, rho: 0.5 }],
  ] as const)('of %s miss those of 1,001 steps by less than said', (_, price, bounds) => {
    const most = worst(price);
    for (const name of NAMES) expect(most[name], name).toBeLessThan(bounds[name]);
  });

  it('of expired options are the payoff, of nonsense NaN', () => {
    expect(americanGreeks({ ...base, strike: 90, years: 0 })).toEqual({
      delta: 1,
      gamma: 0,
      theta: 0,
      vega: 0,
      rho: 0,
    });
    expect(americanGreeks({ ...base, spot: -1 }).delta).toBeNaN();
    expect(americanGreeks({ ...base, vol: Number.NaN }).gamma).toBeNaN();
    for (const vol of [0, 1e-9])
      expect(Object.values(americanGreeks({ ...base, vol })).every(Number.isFinite)).toBe(true);
  });
});
