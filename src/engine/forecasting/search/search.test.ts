/** The optimisers: they find what is there to find, the same way every time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchInterval } from './interval.js';
import { searchSimplex } from './nelder-mead.js';

describe('the simplex', () => {
  it('walks down the valley of Rosenbrock (1960) from where he began', () => {
    const objective = ([x, y]: Float64Array) => 100 * (y! - x! * x!) ** 2 + (1 - x!) ** 2;
    const { point, value, evaluations } = searchSimplex({ start: [-1.2, 1], objective, tolerance: 1e-12 });
    expect(Math.abs(point[0]! - 1)).toBeLessThan(1e-3);
    expect(Math.abs(point[1]! - 1)).toBeLessThan(1e-3);
    expect(value).toBeLessThan(1e-6);
    expect(evaluations).toBeLessThan(400);
    expect(searchSimplex({ start: [-1.2, 1], objective, tolerance: 1e-12 }).point).toEqual(point);
  });

  it('never goes where it is forbidden, and never ends above its start', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        (target, start) => {
          const objective = ([x]: Float64Array) => (x! < 0 ? NaN : (x! - target) ** 2);
          const { point, value } = searchSimplex({ start: [start], objective });
          expect(point[0]).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual((start - target) ** 2);
          if (target > 0) expect(Math.abs(point[0]! - target)).toBeLessThan(1e-2);
        },
      ),
    );
  });

  it('stops after as many evaluations as it may take, and where nothing changes', () => {
    let asked = 0;
    const objective = ([x]: Float64Array) => {
      asked++;
      return -x!;
    };
    searchSimplex({ start: [1], objective, evaluationsMax: 50 });
    expect(asked).toBeLessThan(60);
    expect(searchSimplex({ start: [0, 0, 0], objective: () => 7 }).value).toBe(7);
  });
});

describe('the interval', () => {
  const search = { low: 0, high: 1, looks: 9, tolerance: 1e-8 };

  it('finds the floor of a valley to its tolerance, in fewer steps than golden section alone', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), (floor) => {
        let asked = 0;
        const objective = (x: number) => {
          asked++;
          return (x - floor) ** 2 + 0.1 * (x - floor) ** 4;
        };
        expect(Math.abs(searchInterval({ ...search, objective }).x - floor)).toBeLessThan(1e-7);
        expect(asked).toBeLessThan(30);
      }),
    );
  });

  it('takes the deeper of two valleys, an end where the function only falls, and no NaN', () => {
    const two = (x: number) => Math.min((x - 0.2) ** 2, (x - 0.75) ** 2 - 0.01);
    expect(searchInterval({ ...search, objective: two }).x).toBeCloseTo(0.75, 6);
    expect(searchInterval({ ...search, objective: (x) => -x }).x).toBe(1);
    expect(searchInterval({ ...search, objective: (x) => x }).x).toBe(0);
    expect(searchInterval({ ...search, objective: (x) => (x < 0.5 ? NaN : x) }).value).toBeGreaterThanOrEqual(0.5);
    expect(searchInterval({ ...search, objective: () => 3 })).toEqual({ x: 0, value: 3 });
  });
});
