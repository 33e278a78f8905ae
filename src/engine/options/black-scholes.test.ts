import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blackScholesGreeks, blackScholesPrice, type Greeks } from './black-scholes.js';
import { impliedVolatility, VOL_MAX, VOL_MIN } from './implied-volatility.js';
import type { PricedTerms } from './option.js';

const DATA = join(process.cwd(), '../shared/data/options');

const anyTerms = fc.record({
  type: fc.constantFrom('call' as const, 'put' as const),
  spot: fc.double({ min: 20, max: 500, noNaN: true }),
  strike: fc.double({ min: 20, max: 500, noNaN: true }),
  years: fc.double({ min: 0.002, max: 3, noNaN: true }),
  rate: fc.double({ min: -0.02, max: 0.12, noNaN: true }),
  dividendYield: fc.double({ min: 0, max: 0.1, noNaN: true }),
  vol: fc.double({ min: 0.03, max: 1.5, noNaN: true }),
});

/** Strikes that somebody would quote. */
const quotedTerms = fc
  .record({ terms: anyTerms, ratio: fc.double({ min: 0.7, max: 1.4, noNaN: true }) })
  .map(({ terms, ratio }) => ({ ...terms, strike: terms.spot * ratio }));

const base: PricedTerms = { type: 'call', spot: 100, strike: 100, years: 1, rate: 0.05, dividendYield: 0, vol: 0.2 };

const rounded = (greeks: Greeks) => Object.values(greeks).map((value: number) => value.toFixed(6));

describe('European options', () => {
  it('are the golden vector of sigma 30', () => {
    expect(blackScholesPrice(base).toFixed(6)).toBe('10.450584');
    expect(rounded(blackScholesGreeks(base))).toEqual(['0.636831', '0.018762', '-0.017573', '0.375240', '0.532325']);
    const put = { ...base, type: 'put' as const };
    expect(blackScholesPrice(put).toFixed(6)).toBe('5.573526');
    expect(rounded(blackScholesGreeks(put))).toEqual(['-0.363169', '0.018762', '-0.004542', '0.375240', '-0.418905']);
  });

  it.skipIf(!existsSync(DATA))('are the table of py_vollib to 1e-6 (skipped without shared data)', () => {
    const { columns, data } = JSON.parse(readFileSync(join(DATA, 'black_scholes_table.json'), 'utf8')) as {
      columns: string[];
      data: number[][];
    };
    for (const row of data) {
      const of = (name: string) => row[columns.indexOf(name)]!;
      for (const [type, letter] of [
        ['call', 'C'],
        ['put', 'P'],
      ] as const) {
        const terms = {
          type,
          spot: of('S'),
          strike: of('K'),
          years: of('t'),
          rate: of('R'),
          dividendYield: 0,
          vol: of('v'),
        };
        const greeks = blackScholesGreeks(terms);
        expect(Math.abs(blackScholesPrice(terms) - of(`bs_${type}`))).toBeLessThan(1e-6);
        expect(Math.abs(greeks.delta - of(`${letter}D`))).toBeLessThan(1e-6);
        expect(Math.abs(greeks.gamma - of(`${letter}G`))).toBeLessThan(1e-6);
        expect(Math.abs(greeks.theta * 365 - of(`${letter}T`))).toBeLessThan(1e-6);
        expect(Math.abs(greeks.vega * 100 - of(`${letter}V`))).toBeLessThan(1e-6);
        expect(Math.abs(greeks.rho * 100 - of(`${letter}R`))).toBeLessThan(1e-6);
      }
    }
    expect(data.length).toBe(101);
  });

  it('keep put-call parity to 1e-12 of the larger leg', () => {
    fc.assert(
      fc.property(anyTerms, (terms) => {
        const [call, put] = [
          blackScholesPrice({ ...terms, type: 'call' }),
          blackScholesPrice({ ...terms, type: 'put' }),
        ];
        const forward =
          terms.spot * Math.exp(-terms.dividendYield * terms.years) -
          terms.strike * Math.exp(-terms.rate * terms.years);
        expect(Math.abs(call - put - forward)).toBeLessThan(1e-12 * Math.max(terms.spot, terms.strike));
      }),
      { seed: 30 },
    );
  });

  it('have the greeks that differences of the price show', () => {
    fc.assert(
      fc.property(anyTerms, (terms) => {
        fc.pre(terms.years > 0.05 && terms.vol > 0.1);
        const greeks = blackScholesGreeks(terms);
        const slope = (name: 'spot' | 'vol' | 'rate' | 'years', by: number) =>
          (blackScholesPrice({ ...terms, [name]: terms[name] + by }) -
            blackScholesPrice({ ...terms, [name]: terms[name] - by })) /
          (2 * by);
        const scale = terms.spot + terms.strike;
        expect(Math.abs(slope('spot', terms.spot * 1e-5) - greeks.delta)).toBeLessThan(1e-5);
        expect(Math.abs(slope('vol', 1e-5) / 100 - greeks.vega)).toBeLessThan(1e-7 * scale);
        expect(Math.abs(slope('rate', 1e-5) / 100 - greeks.rho)).toBeLessThan(1e-7 * scale);
        expect(Math.abs(-slope('years', 1e-5) / 365 - greeks.theta)).toBeLessThan(1e-7 * scale);
      }),
      { seed: 31 },
    );
  });

  it('are their payoff when expired, and the discounted forward without volatility', () => {
    for (const years of [0, -1]) {
      expect(blackScholesPrice({ ...base, strike: 90, years })).toBe(10);
      expect(blackScholesGreeks({ ...base, strike: 90, years })).toEqual({
        delta: 1,
        gamma: 0,
        theta: 0,
        vega: 0,
        rho: 0,
      });
      expect(blackScholesGreeks({ ...base, type: 'put', strike: 90, years }).delta).toBe(0);
      expect(blackScholesGreeks({ ...base, years }).delta).toBe(0.5);
    }
    expect(blackScholesPrice({ ...base, vol: 0 })).toBeCloseTo(100 - 100 * Math.exp(-0.05), 12);
    const near = blackScholesGreeks({ ...base, vol: 1e-4 });
    const limit = blackScholesGreeks({ ...base, vol: 0 });
    for (const name of ['delta', 'theta', 'vega', 'rho'] as const) expect(near[name]).toBeCloseTo(limit[name], 12);
  });

  it('stay finite at the edges and NaN on nonsense', () => {
    for (const strike of [1e-6, 1, 1e4, 1e9]) {
      for (const vol of [1e-8, 0.2, 50]) {
        const price = blackScholesPrice({ ...base, strike, vol });
        expect(price).toBeGreaterThanOrEqual(0);
        expect(price).toBeLessThanOrEqual(100);
        expect(Object.values(blackScholesGreeks({ ...base, strike, vol })).every(Number.isFinite)).toBe(true);
      }
    }
    for (const nonsense of [{ spot: 0 }, { strike: -1 }, { vol: -0.1 }, { years: Number.NaN }, { rate: Infinity }]) {
      expect(blackScholesPrice({ ...base, ...nonsense })).toBeNaN();
      expect(blackScholesGreeks({ ...base, ...nonsense }).delta).toBeNaN();
    }
  });
});

describe('implied volatility', () => {
  it('prices back to 1e-12 of the larger of spot and strike, wherever there is a volatility', () => {
    let solved = 0;
    fc.assert(
      fc.property(quotedTerms, (terms) => {
        const price = blackScholesPrice(terms);
        const { vol, reason } = impliedVolatility(terms, price);
        if (reason !== undefined) return;
        solved++;
        const scale = Math.max(1, terms.spot, terms.strike);
        expect(Math.abs(blackScholesPrice({ ...terms, vol }) - price)).toBeLessThan(1e-12 * scale);
        // Where the price moves with the volatility, the volatility itself is found again (FIELD.md: 1e-8).
        if (blackScholesGreeks(terms).vega > 1e-4) expect(Math.abs(vol - terms.vol)).toBeLessThan(1e-8);
      }),
      { seed: 32, numRuns: 1000 },
    );
    expect(solved).toBeGreaterThan(700);
  });

  it('says why there is none', () => {
    const reason = (price: number, changed: Partial<PricedTerms> = {}) =>
      impliedVolatility({ ...base, ...changed }, price).reason;
    expect(reason(4.8)).toBe('below_intrinsic');
    expect(reason(100)).toBe('above_maximum');
    expect(reason(99.9999)).toBe('above_bracket');
    expect(reason(1e-9, { rate: 0, years: 1e-4, strike: 100.0001, vol: 1 })).toBe('below_bracket');
    expect(reason(5, { years: 0 })).toBe('expired');
    expect(reason(Number.NaN)).toBe('invalid_input');
    expect(reason(5, { spot: -1 })).toBe('invalid_input');
    expect(impliedVolatility(base, 4.8).vol).toBeNaN();
  });

  it('reaches both ends of its bracket', () => {
    for (const vol of [VOL_MIN * 1.01, VOL_MAX * 0.999]) {
      const terms = { ...base, rate: 0 };
      expect(impliedVolatility(terms, blackScholesPrice({ ...terms, vol })).vol).toBeCloseTo(vol, 9);
    }
  });
});
