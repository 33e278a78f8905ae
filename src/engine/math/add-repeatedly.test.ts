import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addRepeatedly } from './add-repeatedly.js';

function atOnce(sum: number, step: number, times: number): number {
  const sums = Float64Array.of(sum);
  addRepeatedly(sums, 0, step, times);
  return sums[0]!;
}

function oneByOne(sum: number, step: number, times: number): number {
  let total = sum;
  for (let i = 0; i < times; i++) total += step;
  return total;
}

const times = fc.integer({ min: 0, max: 5000 });
const wide = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('adding repeatedly', () => {
  it('gives the bits of adding one by one, whatever the numbers', () => {
    fc.assert(
      fc.property(wide, wide, times, (sum, step, n) => {
        expect(atOnce(sum, step, n)).toBe(oneByOne(sum, step, n));
      }),
      { numRuns: 500 },
    );
  });

  it('gives them for small steps of either sign, across powers of two and through zero', () => {
    const ratio = fc.double({ min: -3e-3, max: 3e-3, noNaN: true });
    const near = fc.constantFrom(0, 1, -1, 2 ** 20, 1e-6, 0.9999, -1.0001);
    fc.assert(
      fc.property(near, ratio, times, (sum, step, n) => {
        expect(atOnce(sum, step, n)).toBe(oneByOne(sum, step, n));
      }),
      { numRuns: 500 },
    );
  });

  it('gives them where every addition is a tie', () => {
    const grain = 2 ** -52;
    for (const halves of [1, 3, 5, 1023]) {
      for (const start of [1, 1 + grain, 1.5 + grain, 2 - 8 * grain, 2 - 9 * grain]) {
        const step = (halves * grain) / 2;
        expect(atOnce(start, step, 3000)).toBe(oneByOne(start, step, 3000));
        expect(atOnce(-start, -step, 3000)).toBe(oneByOne(-start, -step, 3000));
      }
    }
  });

  it('goes to infinity as a loop does', () => {
    expect(atOnce(1e308, 1e307, 100)).toBe(Infinity);
    expect(atOnce(0, NaN, 100)).toBeNaN();
  });
});
