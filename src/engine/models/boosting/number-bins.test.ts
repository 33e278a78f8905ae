import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawNormal } from '../../random/draws.js';
import { createRng } from '../../random/xoshiro128.js';
import { binCategories, learnCategories } from './category-bins.js';
import { binNumbers, learnCuts } from './number-bins.js';

const binned = (values: number[], cuts: Float64Array) => {
  const bytes = new Uint8Array(values.length);
  binNumbers(Float64Array.from(values), cuts, 255, bytes);
  return [...bytes];
};

describe('bins of numbers', () => {
  it('give few values a bin each, zero its own, and cut just above the middle', () => {
    const cuts = learnCuts(Float64Array.of(3, -1, NaN, 2, -1, 0), 255, 1);
    expect(cuts).toHaveLength(3);
    expect(cuts[2]! - 2.5).toBeLessThan(1e-15);
    expect(binned([-1, -1e-40, 0, 1e-40, 2, 2.5, 3, NaN, 99], cuts)).toEqual([0, 1, 1, 1, 2, 2, 3, 255, 3]);
  });

  it('have no cut where there is one value or none', () => {
    expect(learnCuts(new Float64Array(9).fill(7), 255, 3)).toHaveLength(1);
    expect(learnCuts(new Float64Array(9), 255, 3)).toHaveLength(0);
    expect(learnCuts(Float64Array.of(NaN, NaN), 255, 3)).toHaveLength(0);
  });

  it('part neighbouring doubles', () => {
    const values = [1, 1 + 2 ** -52];
    const [low, high] = binned(values, learnCuts(Float64Array.from(values), 255, 1));
    expect(low).toBeLessThan(high!);
  });

  it('hold about equally many rows each', () => {
    const rng = createRng(1);
    const column = Float64Array.from({ length: 20_000 }, () => drawNormal(rng));
    const cuts = learnCuts(column, 255, 3);
    const sizes = new Int32Array(256);
    for (const bin of binned([...column], cuts)) sizes[bin]!++;
    expect(cuts.length).toBeGreaterThan(248);
    expect(cuts.length).toBeLessThan(255);
    expect(Math.max(...sizes)).toBeLessThan(100);
  });

  it('ascend, are at most as many as asked and keep the order of any numbers', () => {
    const value = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.integer({ min: -5, max: 5 }));
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 300 }),
        fc.integer({ min: 3, max: 40 }),
        fc.nat(4),
        (values, bins, rows) => {
          const cuts = learnCuts(Float64Array.from(values), bins, rows + 1);
          expect(cuts.length).toBeLessThan(bins);
          expect(cuts.every((cut, i) => i === 0 || cut > cuts[i - 1]!)).toBe(true);
          const sorted = values.filter((v) => !Number.isNaN(v)).sort((a, b) => a - b);
          const places = binned(sorted, cuts);
          expect(places).toEqual([...places].sort((a, b) => a - b));
          for (const [i, v] of sorted.entries()) {
            const size = Math.abs(v) <= 1e-36 ? 0 : v;
            expect(places[i]).toBe(cuts.filter((cut) => cut < size).length);
          }
        },
      ),
    );
  });
});

describe('bins of categories', () => {
  it('go to the most frequent; rare, negative and missing ones share what is missing', () => {
    const column = Float64Array.of(7, 7, 7, 2.9, 2, 2, 5, 5, 9, -1, NaN);
    const categories = learnCategories(column, 250, 2);
    expect([...categories]).toEqual([2, 7, 5]);
    const bytes = new Uint8Array(column.length);
    binCategories(column, categories, 200, bytes);
    expect([...bytes]).toEqual([1, 1, 1, 0, 0, 0, 2, 2, 200, 200, 200]);
  });

  it('are at most as many as asked', () => {
    const column = Float64Array.from({ length: 1000 }, (_, i) => i % 300);
    expect(learnCategories(column, 254, 1)).toHaveLength(254);
  });
});
