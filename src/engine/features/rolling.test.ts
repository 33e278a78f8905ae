import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeFeatures } from './compute-features.js';
import { plainSeries as series } from './made-panel.fixture.js';
import { rolling } from './rolling.js';

describe('rolling features', () => {
  /** By definition, over the calendar, in two passes. */
  function byHand({ values, days, t, window }: { values: number[]; days: number[]; t: number; window: number }) {
    const seen = values.filter((v, i) => Number.isFinite(v) && days[i]! >= days[t]! - window && days[i]! < days[t]!);
    const sum = seen.reduce((total, value) => total + value, 0);
    const mean = sum / seen.length;
    const squares = seen.reduce((total, value) => total + (value - mean) ** 2, 0);
    return {
      count: seen.length,
      sum,
      mean,
      std: Math.sqrt(squares / (seen.length - 1)),
      min: Math.min(...seen),
      max: Math.max(...seen),
    };
  }

  const aggregations = ['mean', 'std', 'min', 'max', 'sum'] as const;

  it('are what the definition says, on any days and holes', () => {
    const anyRows = fc.array(
      fc.record({
        value: fc.oneof(
          fc.integer({ min: -50, max: 50 }),
          fc.double({ min: -1e6, max: 1e6, noNaN: true }),
          fc.constant(Number.NaN),
        ),
        step: fc.integer({ min: 1, max: 4 }),
      }),
      { maxLength: 120 },
    );
    fc.assert(
      fc.property(
        anyRows,
        fc.integer({ min: 1, max: 30 }),
        fc.option(fc.integer({ min: 1, max: 10 })),
        (rows, window, minPeriods) => {
          const values = rows.map(({ value }) => value);
          let last = 0;
          const days = rows.map(({ step }) => (last += step));
          const request = rolling.request({ windows: [window], aggregations, target: 'quantity', minPeriods });
          const { columns } = computeFeatures(series(values, days), [request]);
          for (let t = 0; t < values.length; t++) {
            const expected = byHand({ values, days, t, window });
            for (const [i, aggregation] of aggregations.entries()) {
              const got = columns[i]![t]!;
              const isKnown =
                expected.count >= Math.max(1, minPeriods ?? window) && (aggregation !== 'std' || expected.count > 1);
              if (!isKnown) {
                expect(got).toBeNaN();
                continue;
              }
              const tolerance =
                1e-9 *
                Math.max(1, Math.abs(expected[aggregation]), Math.abs(expected.std) || 0, expected.max - expected.min);
              expect(Math.abs(got - expected[aggregation]), `${aggregation} at ${t}`).toBeLessThanOrEqual(tolerance);
            }
          }
        },
      ),
      { seed: 8 },
    );
  });

  it.each([
    ['an offset', (i: number) => 1e9 + (i % 5)],
    ['a spike that has passed', (i: number) => (i === 40 ? 1e12 : i % 5)],
    ['a change of level', (i: number) => (i < 50 ? 1e9 : 0) + (i % 5)],
    ['a slow drift', (i: number) => i * 1e5 + (i % 5)],
  ])('keep their digits through %s', (_, valueAt) => {
    const values = Array.from({ length: 3000 }, (_value, i) => valueAt(i));
    const days = values.map((_value, i) => i);
    const request = rolling.request({
      windows: [28],
      aggregations: ['mean', 'std'],
      target: 'quantity',
      minPeriods: null,
    });
    const { columns } = computeFeatures(series(values), [request]);
    for (let t = 28; t < values.length; t++) {
      const { mean, std } = byHand({ values, days, t, window: 28 });
      expect(Math.abs(columns[0]![t]! - mean)).toBeLessThanOrEqual(1e-12 * Math.abs(mean));
      expect(Math.abs(columns[1]![t]! - std)).toBeLessThanOrEqual(1e-8 * std);
    }
  });

  it('are the same bytes whether the series is whole or has a hole later on', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 2, maxLength: 200 }),
        fc.integer({ min: 1, max: 40 }),
        fc.option(fc.integer({ min: 1, max: 45 })),
        (values, window, minPeriods) => {
          const request = rolling.request({ windows: [window], aggregations, target: 'quantity', minPeriods });
          const plain = computeFeatures(series(values), [request]).columns;
          const holed = computeFeatures(series([...values, Number.NaN, 1]), [request]).columns;
          plain.forEach((column, i) => {
            expect(holed[i]!.subarray(0, values.length)).toEqual(column);
          });
        },
      ),
      { seed: 9 },
    );
  });

  it('of equal values have no deviation at all', () => {
    const request = rolling.request({
      windows: [7],
      aggregations: ['mean', 'std'],
      target: 'quantity',
      minPeriods: null,
    });
    const { columns } = computeFeatures(series([1e7, ...new Array(50).fill(0.1)]), [request]);
    expect([...columns[0]!.subarray(8)].every((value) => value === 0.1)).toBe(true);
    expect([...columns[1]!.subarray(8)].every((value) => value === 0)).toBe(true);
  });
});
