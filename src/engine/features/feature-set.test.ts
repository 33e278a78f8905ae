import { describe, expect, it } from 'vitest';
import { parseDay } from '../calendar/civil-date.js';
import { computeFeatures } from './compute-features.js';
import { checkPanel, cutPanel, type DemandPanel } from './demand-panel.js';
import { type FeatureSet, requestsOf } from './feature-set.js';
import { lag } from './lag.js';
import { madePanel, plainSeries as series } from './made-panel.fixture.js';
import { price } from './price.js';
import { demandFeatures } from './registry.js';

const panel = madePanel({ series: 4, days: 90, seed: 5, gaps: 0.08, missing: 0.05 });

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
