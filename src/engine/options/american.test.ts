import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { americanApproximatePrice } from './american-approximation.js';
import { americanLatticePrice } from './american-lattice.js';
import { blackScholesPrice } from './black-scholes.js';
import { intrinsicValue, type PricedTerms } from './option.js';

const anyTerms = fc.record({
  type: fc.constantFrom('call' as const, 'put' as const),
  spot: fc.constant(100),
  strike: fc.double({ min: 40, max: 250, noNaN: true }),
  years: fc.double({ min: 0.01, max: 2, noNaN: true }),
  rate: fc.double({ min: -0.02, max: 0.1, noNaN: true }),
  dividendYield: fc.double({ min: 0, max: 0.1, noNaN: true }),
  vol: fc.double({ min: 0.01, max: 1, noNaN: true }),
});

const grid = (years: number): PricedTerms[] =>
  (['call', 'put'] as const).flatMap((type) =>
    [80, 100, 120].flatMap((strike) =>
      [0.1, 0.2, 0.4].flatMap((vol) =>
        [
          [0.05, 0],
          [0.05, 0.03],
          [0.08, 0.12],
          [0, 0.04],
        ].map(([rate, dividendYield]) => ({
          type,
          spot: 100,
          strike,
          years,
          rate: rate!,
          dividendYield: dividendYield!,
          vol,
        })),
      ),
    ),
  );

const worst = (years: number, price: (terms: PricedTerms) => number) =>
  Math.max(...grid(years).map((terms) => Math.abs(price(terms) - americanLatticePrice(terms, { steps: 1001 }))));

describe('American options', () => {
  it.each([
    // Longstaff & Schwartz (2001), table 1: finite differences.
    [36, 0.2, 1, 4.478],
    [36, 0.2, 2, 4.84],
    [36, 0.4, 1, 7.101],
    [38, 0.2, 1, 3.25],
    [40, 0.4, 2, 6.92],
    [44, 0.2, 1, 1.11],
  ])('are the published puts: spot %f, vol %f, %f years', (spot, vol, years, published) => {
    const terms = { type: 'put' as const, spot, strike: 40, years, rate: 0.06, dividendYield: 0, vol };
    // Their options may be exercised fifty times a year, ours at any time: worth up to a cent more.
    const price = americanLatticePrice(terms);
    expect(price).toBeGreaterThan(published - 0.005);
    expect(price).toBeLessThan(published + 0.015);
  });

  it('are worth no less than the European option and the payoff, lattice and approximation alike', () => {
    fc.assert(
      fc.property(anyTerms, (terms) => {
        const least = Math.max(blackScholesPrice(terms), intrinsicValue(terms.type, terms.spot, terms.strike));
        for (const price of [americanLatticePrice(terms, { steps: 51 }), americanApproximatePrice(terms)]) {
          expect(price).toBeGreaterThanOrEqual(least);
          expect(price).toBeLessThanOrEqual(
            Math.max(terms.spot, terms.strike * Math.max(1, Math.exp(-terms.rate * terms.years))),
          );
        }
      }),
      { seed: 33, numRuns: 200 },
    );
  });

  it('converge with the steps', () => {
    const errors = [25, 51, 201].map((steps) => worst(1, (terms) => americanLatticePrice(terms, { steps })));
    expect(errors[2]).toBeLessThan(0.005);
    expect(errors[2]).toBeLessThan(errors[0]! / 4);
  });

  it('are never exercised early without a reason: calls without dividends, puts without interest', () => {
    for (const strike of [80, 100, 120]) {
      const call: PricedTerms = { type: 'call', spot: 100, strike, years: 1, rate: 0.05, dividendYield: 0, vol: 0.3 };
      const put: PricedTerms = { ...call, type: 'put', rate: 0, dividendYield: 0.03 };
      for (const terms of [call, put]) {
        expect(americanLatticePrice(terms)).toBeCloseTo(blackScholesPrice(terms), 8);
        expect(americanApproximatePrice(terms)).toBe(blackScholesPrice(terms));
      }
    }
  });

  it.each([
    [0.05, 0.05],
    [0.25, 0.1],
    [1, 0.25],
    [3, 1.1],
  ])('approximated over %f years miss the lattice by less than %f', (years, tolerance) => {
    expect(worst(years, americanApproximatePrice)).toBeLessThan(tolerance);
  });

  it('swap call and put when spot and strike, rate and dividends are swapped (McDonald & Schroder 1998)', () => {
    const call: PricedTerms = {
      type: 'call',
      spot: 100,
      strike: 90,
      years: 1,
      rate: 0.03,
      dividendYield: 0.07,
      vol: 0.3,
    };
    const put: PricedTerms = { ...call, type: 'put', spot: 90, strike: 100, rate: 0.07, dividendYield: 0.03 };
    expect(americanLatticePrice(call)).toBeCloseTo(americanLatticePrice(put), 2);
  });

  it('cope with expiry, no volatility, far strikes and nonsense', () => {
    const terms: PricedTerms = { type: 'put', spot: 100, strike: 110, years: 1, rate: 0.05, dividendYield: 0, vol: 0 };
    for (const price of [americanLatticePrice, americanApproximatePrice]) {
      expect(price(terms)).toBe(10);
      expect(price({ ...terms, years: 0 })).toBe(10);
      expect(price({ ...terms, strike: 1e6, vol: 0.2 })).toBe(1e6 - 100);
      expect(price({ ...terms, strike: 1e-3, vol: 0.2 })).toBeCloseTo(0, 12);
      expect(price({ ...terms, vol: 1e-5 })).toBeCloseTo(10, 6);
      expect(price({ ...terms, spot: 0 })).toBeNaN();
    }
  });
});
