import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exp } from './exp.js';
import { log, log1p } from './log.js';
import { normalCdf, normalQuantile } from './normal.js';
import { pow } from './pow.js';
import { cosineOfTurn, sineOfTurn } from './turn.js';

const relative = (value: number, wanted: number) => (wanted === 0 ? Math.abs(value) : Math.abs(value / wanted - 1));

/** Distance in units in the last place of the wanted value. */
function ulps(value: number, wanted: number): number {
  const ulp = Math.max(2 ** (Math.floor(Math.log2(Math.abs(wanted))) - 52), 2 ** -1074);
  return Math.abs(value - wanted) / ulp;
}

describe('exp and log', () => {
  it('exp stays within 2 units in the last place of V8 over its whole range', () => {
    let worst = 0;
    for (let i = 0; i <= 200_000; i++) {
      const x = -700 + (1400 * i) / 200_000;
      worst = Math.max(worst, ulps(exp(x), Math.exp(x)));
    }
    expect(worst).toBeLessThanOrEqual(2);
  });

  it('log stays within 2 units in the last place of V8, also close to 1 and for subnormals', () => {
    let worst = 0;
    for (let i = 0; i <= 100_000; i++) {
      for (const x of [Math.exp(-700 + (1400 * i) / 100_000), 0.5 + i / 100_000, 1 + (i - 50_000) * 1e-12]) {
        if (x !== 1) worst = Math.max(worst, ulps(log(x), Math.log(x)));
      }
    }
    expect(worst).toBeLessThanOrEqual(2);
    expect(log(5e-324)).toBeCloseTo(-744.4400719213812, 12);
    expect(log(1)).toBe(0);
  });

  it('the edges are as IEEE has them', () => {
    expect([exp(0), exp(-Infinity), exp(Infinity), exp(710), exp(-746)]).toEqual([1, 0, Infinity, Infinity, 0]);
    expect(exp(NaN)).toBeNaN();
    expect(exp(-745)).toBe(5e-324);
    expect([log(0), log(Infinity)]).toEqual([-Infinity, Infinity]);
    expect(log(-1)).toBeNaN();
    expect([log1p(0), log1p(-1), log1p(1e-300)]).toEqual([0, -Infinity, 1e-300]);
  });

  it('log1p and pow agree with V8 to a few units', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.999, max: 1e6, noNaN: true }),
        (x) => relative(log1p(x), Math.log1p(x)) < 1e-15 * 4,
      ),
    );
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.double({ min: -30, max: 30, noNaN: true }),
        (base, exponent) => relative(pow(base, exponent), base ** exponent) < 1e-13,
      ),
    );
    expect([pow(0, 0.5), pow(0, -0.5), pow(-2, 3), pow(2, 10), pow(2, -1)]).toEqual([0, Infinity, -8, 1024, 0.5]);
  });
});

describe('the normal distribution', () => {
  // Values of mpmath 1.3 at 50 digits (0.5 * erfc(-x / sqrt 2)).
  const CDF: [number, number][] = [
    [0, 0.5],
    [1, 0.8413447460685429],
    [1.96, 0.9750021048517795],
    [-1, 0.15865525393145705],
    [-2, 0.02275013194817921],
    [-3, 0.0013498980316300946],
    [-5, 2.866515718791939e-7],
    [-8, 6.220960574271785e-16],
    [-10, 7.61985302416052e-24],
    [-20, 2.753624118606233e-89],
    [-37, 5.725571222524577e-300],
  ];
  it.each(CDF)('Phi(%d) is %d', (x, wanted) => expect(relative(normalCdf(x), wanted)).toBeLessThan(2e-15));

  it('the quantile undoes the distribution function', () => {
    for (let x = -37; x <= 5; x += 0.0137) {
      // Close to 1 the distribution function itself has lost the digits of x.
      const bound = x > 1 ? 1e-16 / (0.4 * Math.exp((-x * x) / 2)) : 0;
      expect(Math.abs(normalQuantile(normalCdf(x)) - x)).toBeLessThan(3e-14 + 2 * bound);
    }
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
    expect(relative(normalQuantile(0.5 + 1e-10), 2.5066284800397e-10)).toBeLessThan(1e-6);
    expect([normalQuantile(0), normalQuantile(1), normalQuantile(0.5)]).toEqual([-Infinity, Infinity, 0]);
    expect(normalQuantile(-0.1)).toBeNaN();
  });
});

describe('parts of a turn', () => {
  it('are within a few last digits of the platform, and exact at the quarters', () => {
    for (let i = -500; i <= 500; i++) {
      const x = i / 84;
      expect(Math.abs(sineOfTurn(x) - Math.sin(2 * Math.PI * (x - Math.floor(x))))).toBeLessThan(1e-15);
      expect(Math.abs(cosineOfTurn(x) - Math.cos(2 * Math.PI * (x - Math.floor(x))))).toBeLessThan(1e-15);
    }
    expect([0, 0.25, 0.5, 0.75].map(cosineOfTurn).map(Math.abs)).toEqual([1, 0, 1, 0]);
    expect([0.25, 0.75].map(sineOfTurn)).toEqual([1, -1]);
    expect(sineOfTurn(Number.NaN)).toBeNaN();
  });
});
