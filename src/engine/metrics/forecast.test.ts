/** Forecast metrics: the vectors of forecastlab 23, and the published scores of the M3 competition. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  forecastMetrics,
  improvementPercent,
  intervalCoverage,
  meanAbsoluteScaledError,
  meanOverFolds,
  overallWeightedAverage,
  pinballLoss,
  rootMeanSquaredScaledError,
  stabilityIndex,
  symmetricPercentageError,
} from './forecast.js';
import { regressionMetrics } from './regression.js';

const DATA = '../shared/data/forecast';

describe('the vectors of forecastlab 23', () => {
  it('two days', () => {
    const metrics = forecastMetrics([100, 10], [90, 20]);
    expect(metrics.mae).toBe(10);
    expect(metrics.wape).toBeCloseTo(18.1818, 4);
    expect(metrics.smape).toBeCloseTo(38.5965, 4);
    expect(metrics.bias).toBe(0);
  });

  it('nothing sold', () => expect(forecastMetrics([0], [5])).toMatchObject({ smape: 200, wape: null }));

  it('folds 10, 20, 30', () => {
    expect(meanOverFolds([10, 20, 30])).toBe(20);
    expect(stabilityIndex([10, 20, 30])).toBeCloseTo(40.8248, 4);
  });
});

describe('edges', () => {
  it('zero denominators are null, a pair of zeros costs nothing', () => {
    expect(symmetricPercentageError([0, 0], [0, 0])).toBe(0);
    expect(meanAbsoluteScaledError([1], [2], [5, 5, 5], 1)).toBeNull();
    expect(rootMeanSquaredScaledError([1], [2], [5, 5, 5], 1)).toBeNull();
    expect(meanAbsoluteScaledError([1], [2], [5, 6, 7], 7)).toBeNull();
    expect(overallWeightedAverage({ mase: 1, smape: 1 }, { mase: 0, smape: 1 })).toBeNull();
    expect(improvementPercent(1, 0)).toBeNull();
    expect(stabilityIndex([0, 0])).toBeNull();
    expect(stabilityIndex([3, null])).toBeNull();
    expect(meanOverFolds([null, 4, null])).toBe(4);
    expect(meanOverFolds([null])).toBeNull();
  });

  it.each([
    [[], []],
    [[Number.NaN], [1]],
    [[1], [Number.POSITIVE_INFINITY]],
    [
      [1, 2],
      [1, Number.NaN],
    ],
  ])('no rows and unknown numbers give null: %j %j', (actual, forecast) => {
    expect(Object.values(forecastMetrics(actual, forecast)).every((value) => value === null)).toBe(true);
    expect(pinballLoss(actual, forecast, 0.9)).toBeNull();
    const { rows: _, ...regression } = regressionMetrics(actual, forecast);
    expect(Object.values(regression).every((value) => value === null)).toBe(true);
  });

  it('half of the pinball loss at the median is the absolute error', () => {
    expect(pinballLoss([4, 1], [1, 3], 0.5)).toBe(forecastMetrics([4, 1], [1, 3]).mae! / 2);
    expect(pinballLoss([10], [4], 0.9)).toBeCloseTo(5.4, 12);
    expect(pinballLoss([4], [10], 0.9)).toBeCloseTo(0.6, 12);
  });

  it('coverage counts both ends and is null where a bound is unknown', () => {
    expect(intervalCoverage([1, 2, 3, 9], [1, 0, 0, 0], [5, 2, 2, 5])).toBe(0.5);
    expect(intervalCoverage([1], [Number.NaN], [2])).toBeNull();
    expect(intervalCoverage([1], [Number.NEGATIVE_INFINITY], [Number.POSITIVE_INFINITY])).toBe(1);
    expect(intervalCoverage([], [], [])).toBeNull();
  });

  it('sMAPE stays within 0 and 200 and is symmetric', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 1 }), (pairs) => {
        const [a, f] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)];
        const value = symmetricPercentageError(a, f)!;
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(200 + 1e-9);
        expect(symmetricPercentageError(f, a)).toBeCloseTo(value, 9);
      }),
    );
  });
});

describe.skipIf(!existsSync(DATA))('the scores of M3 (skipped when the data is absent)', () => {
  const lines = (file: string) => {
    const bytes = readFileSync(`${DATA}/${file}`);
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes)
      .toString()
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
  };

  it('sMAPE and MASE of every method and period come out as printed; OWA of Naive2 is 1', () => {
    const series = new Map<string, { period: string; frequency: number; train: number[]; test: number[] }>();
    for (const [id, , period, frequency, , part, , value] of lines('m3_quarterly_yearly_other.csv.gz')) {
      if (!series.has(id!)) series.set(id!, { period: period!, frequency: Number(frequency), train: [], test: [] });
      series.get(id!)![part === 'train' ? 'train' : 'test'].push(Number(value));
    }
    const forecasts = new Map<string, Map<string, number[]>>();
    for (const [method, id, , forecast] of lines('m3_quarterly_yearly_other_published_forecasts.csv.gz')) {
      const ofMethod = forecasts.get(method!) ?? new Map<string, number[]>();
      forecasts.set(method!, ofMethod);
      ofMethod.set(id!, [...(ofMethod.get(id!) ?? []), Number(forecast)]);
    }
    let checked = 0;
    const scores = new Map<string, { smape: number; mase: number }>();
    for (const [method, period, n, smape, mase] of lines('m3_scores_recomputed.csv')) {
      const ofMethod = forecasts.get(method!);
      if (ofMethod === undefined) continue;
      const judged = [...ofMethod].filter(([id]) => series.get(id)!.period === period);
      const score = ([id, forecast]: [string, number[]]) => {
        const { train, test, frequency } = series.get(id)!;
        return {
          smape: symmetricPercentageError(test, forecast)!,
          mase: meanAbsoluteScaledError(test, forecast, train, frequency)!,
        };
      };
      const all = judged.map(score);
      const ours = {
        smape: meanOverFolds(all.map((one) => one.smape))!,
        mase: meanOverFolds(all.map((one) => one.mase))!,
      };
      expect(judged).toHaveLength(Number(n));
      expect(ours.smape).toBeCloseTo(Number(smape), 4);
      expect(ours.mase).toBeCloseTo(Number(mase), 4);
      scores.set(`${method} ${period}`, ours);
      checked++;
    }
    expect(checked).toBe(27);
    const naive2 = scores.get('NAIVE2 QUARTERLY')!;
    expect(overallWeightedAverage(naive2, naive2)).toBe(1);
    expect(overallWeightedAverage(scores.get('THETA QUARTERLY')!, naive2)).toBeLessThan(1);
  });
});

describe('regression metrics', () => {
  it('a worked example', () => {
    const metrics = regressionMetrics([3, -0.5, 2, 7], [2.5, 0, 2, 8]);
    // The example of scikit-learn's documentation of r2_score and mean_squared_error.
    expect(metrics.r2).toBeCloseTo(0.9486081370449679, 12);
    expect(metrics.rmse! ** 2).toBeCloseTo(0.375, 12);
    expect(metrics.mae).toBe(0.5);
    expect(metrics.medianAbsoluteError).toBe(0.5);
    expect(metrics.maxError).toBe(1);
    expect(metrics.rankCorrelation).toBeCloseTo(1, 12);
  });

  it('has nothing to say of what never varies', () => {
    expect(regressionMetrics([1, 1], [1, 2])).toMatchObject({ r2: null, correlation: null, rankCorrelation: null });
    expect(regressionMetrics([1], [1])).toMatchObject({ r2: null, correlation: null, mae: 0 });
  });
});
