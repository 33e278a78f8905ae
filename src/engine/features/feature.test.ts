import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDay } from '../calendar/civil-date.js';
import { computeFeatures } from './compute-features.js';
import type { DemandFeature } from './demand-feature.js';
import { findDemandLeaks } from './demand-leaks.js';
import { checkPanel, cutPanel, type DemandPanel, keepRows } from './demand-panel.js';
import { type FeatureSet, requestsOf } from './feature-set.js';
import { imputePanel } from './imputation.js';
import { lag } from './lag.js';
import { madePanel } from './made-panel.fixture.js';
import { price } from './price.js';
import { demandFeatures } from './registry.js';
import { rolling } from './rolling.js';

const panel = madePanel({ series: 4, days: 90, seed: 5, gaps: 0.08, missing: 0.05 });
/** Whole series take shorter ways through some kernels, until their mutated future has holes. */
const whole = madePanel({ series: 2, days: 80, seed: 6 });

const series = (values: readonly number[], days = values.map((_, i) => i)): DemandPanel => ({
  rows: values.length,
  offsets: Int32Array.from([0, values.length]),
  day: Int32Array.from(days),
  quantity: Float64Array.from(values),
});

/** What every feature promises. */
function checkFeature(feature: DemandFeature<never>): void {
  const request = feature.requestDefaults();
  const compute = (seen: DemandPanel) => computeFeatures(seen, [request]);
  const table = compute(panel);

  expect(feature.timeSafety.length).toBeGreaterThan(30);
  expect(table.names).toEqual(request.outputs);
  for (const column of table.columns) expect(column.length).toBe(panel.rows);

  const before = structuredClone(panel);
  compute(panel);
  expect(panel).toEqual(before);

  // No feature knows its own day's measurements, nor anything later, nor another series.
  const measure = (seen: DemandPanel) => ({ panel: seen, table: compute(seen) });
  for (const input of [panel, whole])
    expect(findDemandLeaks({ panel: input, compute: measure, seed: 3, cuts: 'all' })).toEqual([]);
  const second = keepRows(
    panel,
    Int32Array.from({ length: panel.offsets[2]! - panel.offsets[1]! }, (_, i) => panel.offsets[1]! + i),
  );
  compute(second).columns.forEach((column, i) => {
    expect([...column]).toEqual([...table.columns[i]!.subarray(panel.offsets[1]!, panel.offsets[2]!)]);
  });

  // The same bytes in parts, and half the digits in half the memory.
  const shared = request.outputs.map(() => new Float64Array(panel.rows));
  computeFeatures(panel, [request], { columns: shared, series: [2, 4] });
  computeFeatures(panel, [request], { columns: shared, series: [0, 2] });
  expect(shared).toEqual(table.columns);
  const half = computeFeatures(panel, [request], { precision: 'float32' });
  expect(half.columns).toEqual(table.columns.map((column) => Float32Array.from(column)));

  // Odd panels give the documented nothing and never an infinity.
  for (const odd of [
    series([]),
    series([5]),
    series(new Array(60).fill(7)),
    series(new Array(60).fill(Number.NaN)),
    series(Array.from({ length: 60 }, (_, i) => (i % 9 === 4 ? Infinity : i))),
    madePanel({ series: 3, days: 40, seed: 1, missing: 1 }),
  ]) {
    checkPanel(odd);
    for (const column of compute(odd).columns) {
      expect(column.length).toBe(odd.rows);
      for (const value of column) expect(value === Infinity || value === -Infinity).toBe(false);
    }
  }
}

describe('every demand feature', () => {
  it.each(demandFeatures.map((feature) => [feature.name, feature] as const))('%s keeps the contract', (_, feature) =>
    checkFeature(feature),
  );

  it('has a name of its own', () =>
    expect(new Set(demandFeatures.map(({ name }) => name)).size).toBe(demandFeatures.length));
});

describe('the oracle over panels', () => {
  const byRow =
    (valueAt: (seen: DemandPanel, t: number, from: number, to: number) => number) => (seen: DemandPanel) => {
      const values = new Float64Array(seen.rows);
      for (let s = 0; s + 1 < seen.offsets.length; s++)
        for (let t = seen.offsets[s]!; t < seen.offsets[s + 1]!; t++)
          values[t] = valueAt(seen, t, seen.offsets[s]!, seen.offsets[s + 1]!);
      return { panel: seen, table: { names: ['planted'], columns: [values] } };
    };
  const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + (value || 0), 0) / values.length;
  const wholeDay = (seen: DemandPanel, t: number) =>
    seen.quantity.reduce((sum, value, i) => sum + (seen.day[i] === seen.day[t] ? value || 0 : 0), 0);

  const leaks = {
    'the target itself': byRow((seen, t) => seen.quantity[t]!),
    'a window that includes its own day': byRow((seen, t, from) =>
      meanOf(seen.quantity.subarray(Math.max(from, t - 6), t + 1)),
    ),
    'a centred window': byRow((seen, t, from, to) =>
      meanOf(seen.quantity.subarray(Math.max(from, t - 3), Math.min(to, t + 4))),
    ),
    "the whole series' mean": byRow((seen, _, from, to) => meanOf(seen.quantity.subarray(from, to))),
    "the whole panel's maximum": byRow((seen) => seen.quantity.reduce((most, value) => Math.max(most, value || 0), 0)),
    "the chain's sales of the day": byRow(wholeDay),
    "today's price": byRow((seen, t) => seen.unitPrice![t]!),
    "today's stock": byRow((seen, t) => seen.onHand![t]!),
    "today's empty shelf": byRow((seen, t) => seen.isStockout![t]!),
    "tomorrow's promotion": byRow((seen, t, _, to) => (t + 1 < to ? seen.isPromoted![t + 1]! : 0)),
    'days until the series ends': byRow((_, t, __, to) => to - t),
    'the next series': byRow((seen, t, _, to) => (to + t < seen.rows ? seen.quantity[to + t]! : 0)),
    'back-filled holes': (seen: DemandPanel) => {
      const filled = imputePanel(seen, { quantity: 'bfill' }).panel;
      return {
        panel: filled,
        table: computeFeatures(filled, [lag.request({ lags: [1], target: 'quantity', fillValue: null })]),
      };
    },
    'holes filled with the mean': (seen: DemandPanel) => {
      const filled = imputePanel(seen, { quantity: 'mean' }).panel;
      return {
        panel: filled,
        table: computeFeatures(filled, [lag.request({ lags: [1], target: 'quantity', fillValue: null })]),
      };
    },
  };

  it.each(Object.entries(leaks))('catches %s', (_, compute) =>
    expect(findDemandLeaks({ panel, compute, seed: 7, cuts: 'all' }).length).toBeGreaterThan(0),
  );

  it.each(['zero', 'ffill', 'expanding_mean'] as const)('passes holes filled by %s', (strategy) => {
    const compute = (seen: DemandPanel) => {
      const filled = imputePanel(seen, { quantity: strategy, unitPrice: strategy }).panel;
      return {
        panel: filled,
        table: computeFeatures(
          filled,
          demandFeatures.map((feature) => feature.requestDefaults()),
        ),
      };
    };
    expect(findDemandLeaks({ panel, compute, seed: 7, cuts: 12 })).toEqual([]);
  });

  it('leaves the rows before a day as they are when unknown rows are dropped', () => {
    const compute = (seen: DemandPanel) => {
      const filled = imputePanel(seen, { quantity: 'drop' }).panel;
      return {
        filled,
        ...computeFeatures(
          filled,
          demandFeatures.map((feature) => feature.requestDefaults()),
        ),
      };
    };
    const whole = compute(panel);
    for (const cutoff of [panel.day[10]!, panel.day[50]!]) {
      const cut = compute(cutPanel(panel, cutoff));
      const rows = Array.from(whole.filled.day.keys()).filter((t) => whole.filled.day[t]! <= cutoff);
      cut.columns.forEach((column, i) => {
        expect([...column]).toEqual(rows.map((row) => whole.columns[i]![row]));
      });
    }
  });
});

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

describe('a feature set', () => {
  const set: FeatureSet = {
    lag: { lags: [1, 7], target: 'quantity', fillValue: null },
    rolling: { windows: [7], aggregations: ['mean', 'std'], target: 'quantity', minPeriods: null },
    calendar: {
      dayOfWeek: true,
      month: true,
      quarter: true,
      year: true,
      isWeekend: true,
      isMonthEnd: true,
      isHoliday: true,
      isCyclical: false,
    },
    exogenous: { price: true, priceLags: [7, 28], priceChange: true, promotion: true, inventory: true, stockout: true },
  };
  // 120 daily rows from 2024-01-01, quantity 1..120, price 9.99 (forecastlab 23).
  const firstDay = parseDay('2024-01-01')!;
  const plain: DemandPanel = {
    ...series(
      Array.from({ length: 120 }, (_, i) => i + 1),
      Array.from({ length: 120 }, (_, i) => firstDay + i),
    ),
    unitPrice: new Float64Array(120).fill(9.99),
    isHoliday: Uint8Array.from({ length: 120 }, (_, i) => Number(i === 0)),
    isStockout: new Float64Array(120),
  };
  const table = computeFeatures(plain, requestsOf(set));
  const at = (name: string, t: number) => table.columns[table.names.indexOf(name)]![t];

  it('has its columns in the order of the contract', () => {
    expect(table.names).toEqual([
      'lag_1',
      'lag_7',
      'rolling_mean_7',
      'rolling_std_7',
      'day_of_week',
      'month',
      'quarter',
      'year',
      'is_weekend',
      'is_month_end',
      'is_holiday',
      'price_lag_7',
      'price_lag_28',
      'price_pct_change_7d',
      'promo_active',
      'on_hand_lag_1',
      'stockout_lag_1',
    ]);
    const cyclical = requestsOf({ ...set, calendar: { ...set.calendar!, isCyclical: true } });
    expect(cyclical.flatMap(({ outputs }) => outputs)).toContain('dow_sin');
    expect(requestsOf({ lag: null, rolling: null, calendar: null, exogenous: null })).toEqual([]);
  });

  it('knows the days before and nothing else', () => {
    expect([at('lag_1', 0), at('lag_1', 1), at('lag_7', 6), at('lag_7', 7)]).toEqual([Number.NaN, 1, Number.NaN, 1]);
    expect([at('rolling_mean_7', 6), at('rolling_mean_7', 7), at('rolling_mean_7', 119)]).toEqual([Number.NaN, 4, 116]);
    expect(at('rolling_std_7', 7)).toBeCloseTo(Math.sqrt(28 / 6), 12);
    // 2024-01-06 is a Saturday, 2024-01-31 the end of January, 2024-04-01 a Monday in the second quarter.
    expect([at('day_of_week', 0), at('is_weekend', 4), at('is_weekend', 5)]).toEqual([0, 0, 1]);
    expect([at('is_month_end', 29), at('is_month_end', 30), at('month', 31)]).toEqual([0, 1, 2]);
    expect([at('quarter', 90), at('quarter', 91), at('year', 0)]).toEqual([1, 2, 2024]);
    expect([at('is_holiday', 0), at('is_holiday', 1)]).toEqual([1, 0]);
    expect([
      at('price_lag_7', 6),
      at('price_lag_7', 7),
      at('price_pct_change_7d', 7),
      at('price_pct_change_7d', 8),
    ]).toEqual([Number.NaN, 9.99, Number.NaN, 0]);
    expect([at('promo_active', 5), at('on_hand_lag_1', 5)]).toEqual([Number.NaN, Number.NaN]);
    expect([at('stockout_lag_1', 0), at('stockout_lag_1', 1)]).toEqual([Number.NaN, 0]);
  });

  it('counts calendar days, not rows', () => {
    const gappy = series([10, 20, 30, 40], [100, 101, 103, 104]);
    const request = lag.request({ lags: [1, 2], target: 'quantity', fillValue: null });
    expect([...computeFeatures(gappy, [request]).columns[0]!]).toEqual([Number.NaN, 10, Number.NaN, 30]);
    expect([...computeFeatures(gappy, [request]).columns[1]!]).toEqual([Number.NaN, Number.NaN, 20, Number.NaN]);
    const filled = lag.request({ lags: [1], target: 'quantity', fillValue: 0 });
    expect([...computeFeatures(gappy, [filled]).columns[0]!]).toEqual([0, 10, 0, 30]);
  });

  it('has no change from a price of zero', () => {
    const prices = { ...series(new Array(10).fill(1)), unitPrice: Float64Array.from([0, ...new Array(9).fill(2)]) };
    const { columns } = computeFeatures(prices, [price.request({ lags: [], hasChange: true })]);
    expect([...columns[0]!.subarray(7)]).toEqual([Number.NaN, Number.NaN, 0]);
  });

  it('of a panel cut at a day is the start of that of the whole panel', () => {
    const requests = demandFeatures.map((feature) => feature.requestDefaults());
    const whole = computeFeatures(panel, requests);
    const cutoff = panel.day[40]!;
    const cut = cutPanel(panel, cutoff);
    checkPanel(cut);
    const rows = Int32Array.from({ length: panel.rows }, (_, t) => t).filter((t) => panel.day[t]! <= cutoff);
    computeFeatures(cut, requests).columns.forEach((column, i) => {
      expect([...column]).toEqual(Array.from(rows, (row) => whole.columns[i]![row]));
    });
  });
});
