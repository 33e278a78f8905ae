/** The demand regression of forecastlab 9.3: its frame to the letter, its refusals, and that nothing after the origin is seen. */
import { describe, expect, it } from 'vitest';
import { dayNumber } from '../../calendar/civil-date.js';
import { noiseAt } from '../../leakage/noise.js';
import { BOOSTED_DEFAULTS } from '../lags/boosted-trees.js';
import { baselinePrice, DEMAND_COLUMNS, type DemandHistory, futureFrame, trainingFrame } from './demand-frame.js';
import { type FittedDemandRegression, fitDemandRegression, forecastDemand } from './demand-regression.js';

const MONDAY = dayNumber(2024, 1, 1);
const days = (from: number, count: number) => Int32Array.from({ length: count }, (_, i) => from + i);

/** Twice as much at weekends, three times as much under promotion. */
function madeHistory(rows: number, seed = 1): DemandHistory {
  const isPromoted = Uint8Array.from({ length: rows }, (_, t) => Number(noiseAt(seed, t, 0) < 0.2));
  const quantity = Float64Array.from({ length: rows }, (_, t) =>
    Math.round(10 * (t % 7 >= 5 ? 2 : 1) * (isPromoted[t] === 1 ? 3 : 1) + 2 * noiseAt(seed, t, 1)),
  );
  return {
    day: days(MONDAY, rows),
    quantity,
    isPromoted,
    unitPrice: new Float64Array(rows).fill(5),
    launchDay: MONDAY - 3,
  };
}

const params = { ...BOOSTED_DEFAULTS, rounds: 60 };

describe('the frame', () => {
  const column = (frame: ReturnType<typeof trainingFrame>, name: string) => [
    ...frame.columns[frame.names.indexOf(name)]!,
  ];

  it('has the fourteen columns in their order', () => {
    expect(DEMAND_COLUMNS.join(', ')).toBe(
      'lag_1, lag_7, lag_14, lag_28, dow_sin, dow_cos, month_sin, month_cos, is_weekend, is_month_end, price_factor, promo_active, is_holiday, days_since_launch',
    );
  });

  it('says of each observed day what stood before it', () => {
    const history = madeHistory(40);
    const frame = trainingFrame(history, 4);
    expect(column(frame, 'lag_7').slice(0, 8)).toEqual([...new Array(7).fill(NaN), history.quantity[0]]);
    expect(column(frame, 'is_weekend').slice(0, 7)).toEqual([0, 0, 0, 0, 0, 1, 1]);
    expect(column(frame, 'is_month_end').indexOf(1)).toBe(30);
    expect(column(frame, 'price_factor')[0]).toBe(1.25);
    expect(column(frame, 'days_since_launch').slice(0, 2)).toEqual([3, 4]);
    expect(column(trainingFrame({ ...history, launchDay: null }, 4), 'days_since_launch')[0]).toBeNaN();
  });

  it('of days to come knows lags that reach back to the last observation, and no forecast', () => {
    const tail = Array.from({ length: 30 }, (_, i) => i + 1);
    const frame = futureFrame(tail, null, { day: days(MONDAY, 9) });
    expect(column(frame, 'lag_1').slice(0, 2)).toEqual([30, NaN]);
    expect(column(frame, 'lag_7')).toEqual([24, 25, 26, 27, 28, 29, 30, NaN, NaN]);
    expect(column(frame, 'lag_28').slice(0, 3)).toEqual([3, 4, 5]);
    expect(column(frame, 'price_factor')[3]).toBe(1);
    expect(column(futureFrame([7], null, { day: days(MONDAY, 2) }), 'lag_28')).toEqual([NaN, NaN]);
  });

  it('takes the middle of the known prices as baseline, the upper one of two; 1 without any', () => {
    expect(baselinePrice(Float64Array.of(4, NaN, 2, 0, -1, 8, 6))).toBe(6);
    expect(baselinePrice(Float64Array.of(NaN, 0))).toBe(1);
    expect(baselinePrice(undefined)).toBe(1);
  });
});

describe('the regression', () => {
  it('learns weekends and promotions, and what is assumed moves the forecast', () => {
    const history = madeHistory(400);
    const fitted = fitDemandRegression({ history, params });
    const day = days(MONDAY + 400, 14);
    const plain = forecastDemand(fitted, { day });
    const promoted = forecastDemand(fitted, { day, isPromoted: new Uint8Array(14).fill(1) });
    for (let h = 0; h < 14; h++) {
      const level = (day[h]! - MONDAY) % 7 >= 5 ? 20 : 10;
      expect(Math.abs(plain[h]! - level)).toBeLessThan(4);
      expect(promoted[h]! / plain[h]!).toBeGreaterThan(2);
    }
  });

  it('gives the same bytes for the same rows, survives JSON and keeps the last ninety days', () => {
    const history = madeHistory(120);
    const fitted = fitDemandRegression({ history, params });
    const text = JSON.stringify(fitted);
    expect(JSON.stringify(fitDemandRegression({ history: madeHistory(120), params }))).toBe(text);
    const plan = { day: days(MONDAY + 120, 7) };
    expect(forecastDemand(JSON.parse(text) as FittedDemandRegression, plan)).toEqual(forecastDemand(fitted, plan));
    expect(fitted.historyTail).toEqual([...history.quantity.slice(30)]);
    expect(fitted.historyTailDays.at(-1)).toBe(MONDAY + 119);
  });

  it('refuses fewer than thirty days and quantities that are none; constants and returns have their answers', () => {
    expect(() => fitDemandRegression({ history: madeHistory(29), params })).toThrow(/at least 30 observed days/);
    const history = madeHistory(60);
    const quantity = history.quantity.slice();
    quantity[8] = NaN;
    expect(() => fitDemandRegression({ history: { ...history, quantity }, params })).toThrow(/position 8/);
    const constantly = (value: number) =>
      forecastDemand(
        fitDemandRegression({ history: { ...history, quantity: new Float64Array(60).fill(value) }, params }),
        {
          day: days(MONDAY + 60, 3),
        },
      );
    expect([...constantly(4)]).toEqual([4, 4, 4]);
    expect([...constantly(0)]).toEqual([0, 0, 0]);
    expect([...constantly(-4)]).toEqual([0, 0, 0]);
  });
});
