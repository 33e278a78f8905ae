/** The contract of the family, held against every member of the list; then what each is known for. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#base/app-error.js';
import { type FutureOf, findLeaks } from '../leakage/mutate-future.js';
import { noiseAt } from '../leakage/noise.js';
import { createRng } from '../random/xoshiro128.js';
import { type Forecaster, type ForecastParams, residualsOf } from './forecaster.js';
import { type FittedForecaster, FORECASTERS, forecasterOf } from './index.js';
import { classifyDemand } from './intermittent/demand-class.js';
import { madeDemand, madeSeries } from './made-series.fixture.js';

const PARAMS: ForecastParams = { season: 4, window: 3, lags: [1, 2, 4], rounds: 8, minRowsLeaf: 2 };
const SERIES = madeSeries({ rows: 44, seed: 1, slope: 0.5, season: 4, swing: 20 });

/** The future of a plain series: later values are other numbers, or are not there. */
const futureOfSeries: FutureOf<Float64Array> = {
  rows: (values) => values.length,
  mutate: (values, cut, seed) => values.map((value, t) => (t <= cut ? value : 10 + 500 * noiseAt(seed, t, 0))),
  truncate: (values, cut) => values.slice(0, cut + 1),
};

/** As long as the longest input; what a shorter input cannot say is NaN. */
function padded(values: ArrayLike<number>, rows: number): Float64Array {
  const out = new Float64Array(rows).fill(NaN);
  for (let t = 0; t < Math.min(rows, values.length); t++) out[t] = values[t];
  return out;
}

/** Columns of what a forecaster says at each moment, under the mutate-the-future oracle. */
function findLooksAhead<Fitted>(forecaster: Forecaster<Fitted>) {
  const learn = (values: Float64Array) => forecaster.fit(values, PARAMS, createRng(3));
  const fixed = learn(SERIES.slice(0, 30));
  const compute = (values: Float64Array) => {
    // One observation more, so that the step after the last known one is replayed too; its value must not matter.
    const replayed = forecaster.replay(fixed, Float64Array.from([...values, 0]));
    const columns = [{ name: 'replay', values: padded(replayed.subarray(1), SERIES.length) }];
    for (const horizon of [1, 3]) {
      const points = new Float64Array(SERIES.length).fill(NaN);
      // A view, not a copy: who reads beyond its end reads the future.
      for (let t = 24; t < values.length; t += 6) {
        points[t] = forecaster.forecast(learn(values.subarray(0, t + 1)), horizon)[horizon - 1]!;
      }
      columns.push({ name: `step ${horizon}`, values: points });
    }
    return columns;
  };
  return findLeaks({ input: SERIES, future: futureOfSeries, compute, seed: 5 });
}

function checkForecaster(forecaster: Forecaster<FittedForecaster>): void {
  const learn = (values: Float64Array) => forecaster.fit(values, PARAMS, createRng(3));
  const numbers = (points: Float64Array) => [...points].every(Number.isFinite);

  it('gives as many points as asked for, the first ones the same whatever the horizon; the series stays as it was', () => {
    const values = SERIES.slice();
    const fitted = learn(values);
    const long = forecaster.forecast(fitted, 13);
    expect(long).toHaveLength(13);
    expect(numbers(long)).toBe(true);
    expect(forecaster.forecast(fitted, 5)).toEqual(long.slice(0, 5));
    forecaster.replay(fitted, values);
    expect(values).toEqual(SERIES);
  });

  it('learns the same from the same series, and what it learnt survives JSON', () => {
    const fitted = learn(SERIES);
    const text = JSON.stringify(fitted);
    expect(JSON.stringify(learn(SERIES))).toBe(text);
    const read = JSON.parse(text) as FittedForecaster;
    expect(forecaster.forecast(read, 9)).toEqual(forecaster.forecast(fitted, 9));
    expect(forecaster.replay(read, SERIES)).toEqual(forecaster.replay(fitted, SERIES));
  });

  it('replays one-step forecasts: unknown only at the start, the last one that of forecast', () => {
    const fitted = learn(SERIES);
    const replayed = forecaster.replay(fitted, Float64Array.from([...SERIES, 1234]));
    expect(replayed).toHaveLength(SERIES.length + 1);
    const first = replayed.findIndex(Number.isFinite);
    expect(first).toBeLessThanOrEqual(forecaster.minimum(PARAMS));
    expect(numbers(replayed.subarray(first))).toBe(true);
    const next = forecaster.forecast(fitted, 1)[0]!;
    expect(Math.abs(replayed.at(-1)! / next - 1)).toBeLessThan(1e-9);
    const residuals = residualsOf(SERIES, replayed.subarray(0, SERIES.length));
    expect(residuals[first]).toBe(SERIES[first]! - replayed[first]!);
  });

  it('does not look ahead: neither a replay nor a forecast from any origin moves when only the future does', () => {
    expect(findLooksAhead(forecaster)).toEqual([]);
  });

  it('needs as many observations as it says, and says so', () => {
    const needed = forecaster.minimum(PARAMS);
    expect(numbers(forecaster.forecast(learn(SERIES.slice(0, needed)), 6))).toBe(true);
    for (const rows of [0, needed - 1]) {
      if (rows >= needed) continue;
      expect(() => learn(SERIES.slice(0, rows))).toThrow(`Need at least ${needed} observations`);
    }
  });

  it('all missing is too short; leading gaps are left out; a gap stands for the last value', () => {
    expect(() => learn(new Float64Array(40).fill(NaN))).toThrow(/Need at least/);
    const led = Float64Array.from([NaN, NaN, ...SERIES]);
    expect(forecaster.forecast(learn(led), 4)).toEqual(forecaster.forecast(learn(SERIES), 4));
    expect(forecaster.replay(learn(led), led).slice(2)).toEqual(forecaster.replay(learn(SERIES), SERIES));
    const [gapped, filled] = [SERIES.slice(), SERIES.slice()];
    gapped[20] = gapped[21] = NaN;
    filled[20] = filled[21] = SERIES[19]!;
    expect(forecaster.forecast(learn(gapped), 4)).toEqual(forecaster.forecast(learn(filled), 4));
  });

  it.each([
    ['zero', 0],
    ['one', 1],
    ['large', 1e12],
    ['tiny', 1e-12],
  ])('a constant of %s goes on', (_, value) => {
    const points = forecaster.forecast(learn(new Float64Array(40).fill(value)), 7);
    // SBA is below Croston by design.
    const expected = forecaster.name === 'sba' ? 0.95 * value : value;
    for (const point of points) expect(Math.abs(point - expected)).toBeLessThanOrEqual(1e-6 * value);
  });

  it.each([
    ['infinite', SERIES.map((value, t) => (t === 7 ? Infinity : value))],
    ['minus infinite', SERIES.map((value, t) => (t === 7 ? -Infinity : value))],
    ['beyond 1e100', SERIES.map((value, t) => (t === 7 ? 1e101 : value))],
  ])('%s values are refused by name', (_, values) => {
    expect(() => learn(values)).toThrow(/at position 7.*too large/);
  });

  it.each([
    ['negative', SERIES.map((value) => -value)],
    ['around zero', madeSeries({ rows: 44, seed: 2, level: 0, noise: 1 })],
    ['mostly zero', madeDemand(44, 3)],
    ['a single demand', Float64Array.from({ length: 44 }, (_, t) => (t === 20 ? 5 : 0))],
    ['enormous', SERIES.map((value) => value * 1e97)],
    ['one jump', Float64Array.from({ length: 44 }, (_, t) => (t < 22 ? 1 : 1e9))],
  ])('%s: finite points or a reason', (_, values) => {
    try {
      const fitted = learn(values);
      expect(numbers(forecaster.forecast(fitted, 12))).toBe(true);
      const replayed = [...forecaster.replay(fitted, values)];
      expect(replayed.slice(replayed.findIndex(Number.isFinite)).every(Number.isFinite)).toBe(true);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      expect(error.message.length).toBeGreaterThan(30);
    }
  });

  it('any series of ordinary numbers gives finite points or a reason', () => {
    const series = fc.array(
      fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(0), fc.constant(NaN)),
      {
        minLength: 1,
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(series, (values) => {
        try {
          return numbers(forecaster.forecast(learn(Float64Array.from(values)), 8));
        } catch (error) {
          return error instanceof AppError;
        }
      }),
      { numRuns: 30 },
    );
  });
}

describe.each(FORECASTERS.map((one) => [one.name, one] as const))('%s keeps the contract', (_, one) =>
  checkForecaster(one),
);

describe('the contract itself', () => {
  it('catches a replay that has seen the observation it forecasts', () => {
    const naive = forecasterOf('naive');
    const cheat = { ...naive, replay: (_: FittedForecaster, values: Float64Array) => values.slice() };
    expect(findLooksAhead(cheat).map(({ column }) => column)).toEqual(['replay']);
  });

  it('catches a fit that reads on behind its series', () => {
    const naive = forecasterOf('naive');
    const beyond = (values: Float64Array) => new Float64Array(values.buffer, values.byteOffset);
    const cheat = { ...naive, fit: (values: Float64Array) => naive.fit(beyond(values)) };
    expect(findLooksAhead(cheat).map(({ column }) => column)).toEqual(['step 1', 'step 3']);
  });

  it('names the forecasters it knows when asked for another', () => {
    expect(() => forecasterOf('oracle')).toThrow(/known are naive, seasonal_naive/);
    expect(new Set(FORECASTERS.map(({ name }) => name)).size).toBe(FORECASTERS.length);
  });
});

const pointsOf = (name: string, values: ArrayLike<number>, horizon: number, params: ForecastParams = {}) => {
  const forecaster = forecasterOf(name);
  return [...forecaster.forecast(forecaster.fit(Float64Array.from(values), params), horizon)];
};

describe('what each is known for', () => {
  it('the baselines of forecastlab 9.2', () => {
    const week = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(pointsOf('naive', week, 2)).toEqual([9, 9]);
    expect(pointsOf('seasonal_naive', week, 9)).toEqual([3, 4, 5, 6, 7, 8, 9, 3, 4]);
    expect(pointsOf('moving_average', week, 2, { window: 4 })).toEqual([7.5, 7.5]);
    expect(pointsOf('mean', week, 1)).toEqual([5]);
    expect(pointsOf('drift', [2, 9, 8], 2)).toEqual([11, 14]);
    expect(() => pointsOf('seasonal_naive', [1, 2, 3], 1)).toThrow(/Need at least 7 observations/);
    expect(() => pointsOf('moving_average', [1, 2, 3], 1, { window: 4 })).toThrow(/Need at least 4 observations/);
  });

  it('Croston, SBA and TSB as worked by hand; TSB fades without demand, Croston does not', () => {
    const demand = [0, 4, 0, 0, 2];
    // Sizes 4 then 4 - 0.1 * 2; intervals 2 then 2 + 0.1 * 1.
    expect(pointsOf('croston', demand, 1)[0]).toBeCloseTo(3.8 / 2.1, 12);
    expect(pointsOf('sba', demand, 1)[0]).toBeCloseTo((0.95 * 3.8) / 2.1, 12);
    // Probability 1/2, then twice 0.9 of it, then a tenth of what is left to 1.
    expect(pointsOf('tsb', demand, 1)[0]).toBeCloseTo(3.8 * (0.405 + 0.1 * 0.595), 12);
    const ended = [...demand, ...new Array<number>(50).fill(0)];
    expect(pointsOf('croston', ended, 1)).toEqual(pointsOf('croston', demand, 1));
    expect(pointsOf('tsb', ended, 1)[0]).toBeLessThan(0.02);
    for (const name of ['croston', 'sba', 'tsb', 'adida', 'imapa']) {
      expect(pointsOf(name, [0, 0, 0, 0], 2)).toEqual([0, 0]);
      expect(() => pointsOf(name, [0, 3, -1, 2], 2)).toThrow(/position 2, demand is below zero/);
    }
  });

  it('ADIDA sees every second day as days of their own: 3 in each pair is 1.5 a day', () => {
    expect(pointsOf('adida', [0, 3, 0, 3, 0, 3, 0, 3], 2)).toEqual([1.5, 1.5]);
  });

  it('IMAPA is the mean of ADIDA over the widths up to its own', () => {
    // Width 1 smooths 0, 3, 0, 3, ... itself; width 2 sees 3 in each pair.
    const series = [0, 3, 0, 3, 0, 3, 0, 3];
    const alone = pointsOf('ses', series, 1)[0]!;
    expect(pointsOf('imapa', series, 1)[0]).toBeCloseTo((alone + 1.5) / 2, 9);
  });

  it('demand is smooth, intermittent, erratic or lumpy, cut at 1.32 and 0.49', () => {
    const every = (gap: number, sizes: readonly number[]) =>
      Array.from({ length: 60 }, (_, t) => (t % gap === gap - 1 ? sizes[Math.floor(t / gap) % sizes.length]! : 0));
    expect(classifyDemand(every(1, [4, 5]))).toMatchObject({ interval: 1, kind: 'smooth' });
    expect(classifyDemand(every(3, [4, 5]))).toMatchObject({ interval: 3, kind: 'intermittent' });
    expect(classifyDemand(every(1, [1, 9])).kind).toBe('erratic');
    expect(classifyDemand(every(3, [1, 9])).kind).toBe('lumpy');
    // Sizes 1 and 9: mean 5, variance 16 (20 * 16 / 19 with n - 1).
    expect(classifyDemand(every(3, [1, 9])).variation).toBeCloseTo((20 * 16) / 19 / 25, 12);
    expect(classifyDemand([0, NaN, 0])).toEqual({ interval: null, variation: null, kind: null });
    expect(classifyDemand([0, NaN, 2])).toEqual({ interval: 2, variation: 0, kind: 'intermittent' });
  });

  it('a straight line goes on under drift, Holt, Holt-Winters and ETS; damped falls short; Theta goes half the way', () => {
    const line = Array.from({ length: 40 }, (_, t) => 10 + 2 * t);
    for (const name of ['drift', 'holt', 'holt_winters', 'ets']) {
      const points = pointsOf(name, line, 3, { season: 1 });
      points.forEach((point, h) => {
        expect(point).toBeCloseTo(90 + 2 * h, 3);
      });
    }
    expect(pointsOf('damped_holt', line, 5)[4]).toBeLessThan(98);
    const [first, second] = pointsOf('theta', line, 2);
    expect(second! - first!).toBeCloseTo(1, 9);
  });

  it('a planted season comes back', () => {
    const season = [1, 1.2, 0.7, 1.1];
    const series = Array.from({ length: 48 }, (_, t) => (100 + t) * season[t % 4]!);
    const expected = [0, 1, 2, 3].map((h) => (148 + h) * season[h]!);
    for (const [name, share] of [
      ['naive2', 0.04],
      ['theta', 0.03],
      ['optimised_theta', 0.03],
      ['comb', 0.03],
      ['adjusted_holt', 0.005],
      ['ets', 0.005],
      ['holt_winters', 0.005],
    ] as const) {
      pointsOf(name, series, 4, { season: 4, seasonKind: 'multiplicative' }).forEach((point, h) => {
        expect(Math.abs(point / expected[h]! - 1)).toBeLessThan(share);
      });
    }
  });

  it('a season that multiplies needs values above zero, and the error says which is not', () => {
    const values = SERIES.map((value, t) => (t === 9 ? 0 : value));
    expect(() => pointsOf('holt_winters', values, 1, { season: 4, seasonKind: 'multiplicative' })).toThrow(
      /position 9/,
    );
  });

  it('a regression on its own past learns a recursion', () => {
    const values = [3, 1];
    const follow = () => 1.2 * values.at(-1)! - values.at(-2)! + 2;
    while (values.length < 60) values.push(follow());
    expect(pointsOf('ridge_lags', values, 1, { lags: [1, 2], l2: 1e-9 })[0]).toBeCloseTo(follow(), 6);
    const square = Array.from({ length: 80 }, (_, t) => (t % 4 < 2 ? 10 : 50));
    const points = pointsOf('boosted_lags', square, 8, { lags: [1, 2, 4], rounds: 100, minRowsLeaf: 4 });
    points.forEach((point, h) => {
      expect(point).toBeCloseTo(h % 4 < 2 ? 10 : 50, 0);
    });
  });
});
