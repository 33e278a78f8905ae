import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelHost } from '#compute/kernel-host.js';
import { computeFeatures } from './compute-features.js';
import type { FeatureColumn } from './demand-feature.js';
import type { DemandPanel } from './demand-panel.js';
import { plainSeries as series } from './made-panel.fixture.js';
import { rolling } from './rolling.js';

const bytesOf = (column: FeatureColumn) => Buffer.from(column.buffer, column.byteOffset, column.byteLength);

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

  it('are the same bits by the kernel and by its twins', () => {
    const value = fc.oneof(
      { weight: 60, arbitrary: fc.integer({ min: -50, max: 50 }) },
      { weight: 20, arbitrary: fc.double({ min: -1e9, max: 1e9, noNaN: true }) },
      { weight: 9, arbitrary: fc.constantFrom(1e15, 0, -0, 0.1) },
      { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity) },
    );
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 160 }),
        fc.integer({ min: 0, max: 2000 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 }),
        fc.subarray([...aggregations], { minLength: 1 }),
        fc.option(fc.integer({ min: 1, max: 45 })),
        fc.constantFrom('float32' as const, 'float64' as const),
        (start, level, windows, wanted, minPeriods, precision) => {
          // Long enough for sums to be taken anew, and by more than one reason.
          const values = [...start, ...Array.from({ length: level }, (_, i) => level + (i % 7) / 3), ...start];
          const request = rolling.request({ windows, aggregations: wanted, target: 'quantity', minPeriods });
          const twins = computeFeatures(series(values), [request], { precision }).columns;
          const kernel = computeFeatures(series(values), [request], { precision, kernels: kernelHost }).columns;
          kernel.forEach((column, i) => {
            expect(Buffer.compare(bytesOf(column), bytesOf(twins[i]!))).toBe(0);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('by the kernel fill the rows of one series only, whatever lengths came before', () => {
    const long = Array.from({ length: 90 }, (_, i) => (i * 37) % 11);
    const [a, b] = [series(long), series(long.slice(0, 31))];
    const panel: DemandPanel = {
      rows: 121,
      offsets: Int32Array.of(0, 90, 121),
      day: Int32Array.of(...a.day, ...b.day),
      quantity: Float64Array.of(...a.quantity, ...b.quantity),
    };
    const request = rolling.request({ windows: [7], aggregations, target: 'quantity', minPeriods: null });
    const whole = computeFeatures(panel, [request]).columns;
    const columns = whole.map(() => new Float64Array(121).fill(5));
    computeFeatures(panel, [request], { columns, kernels: kernelHost, series: [1, 2] });
    columns.forEach((column, i) => {
      expect(column.subarray(90)).toEqual(whole[i]!.subarray(90));
      expect(column.subarray(0, 90).every((value) => value === 5)).toBe(true);
    });
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
