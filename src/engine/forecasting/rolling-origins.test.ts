/** Forecasts from earlier moments of a series: where they stand, what they see, and the intervals they size. */
import { describe, expect, it } from 'vitest';
import { forecasterOf } from './index.js';
import { intervalsAround, learnRuler } from './intervals/split-conformal.js';
import { madeSeries } from './made-series.fixture.js';
import { rollingOrigins } from './rolling-origins.js';

const naive = forecasterOf('naive');
const counted = Float64Array.from({ length: 20 }, (_, t) => t);

describe('rolling origins', () => {
  it('stand a step apart, the last one so that its outcomes end with the series', () => {
    const origins = rollingOrigins(naive, counted, { horizon: 3, origins: 4, step: 2 });
    expect(origins.map(({ forecast }) => forecast[0])).toEqual([10, 12, 14, 16]);
    expect(Array.from(origins.at(-1)!.actual)).toEqual([17, 18, 19]);
  });

  it('are fewer on a short series, and refused where not one fits', () => {
    const average = forecasterOf('moving_average');
    const plan = { horizon: 3, origins: 9, step: 3, params: { window: 12 } };
    expect(rollingOrigins(average, counted, plan)).toHaveLength(2);
    expect(() => rollingOrigins(average, counted.subarray(0, 14), plan)).toThrow(
      /Need at least 15 observations to hold out 3/,
    );
  });

  it('see nothing of what comes after them', () => {
    const plan = { horizon: 4, origins: 5, step: 4 };
    const values = madeSeries({ rows: 60, seed: 3 });
    const changed = values.map((value, t) => (t < 52 ? value : -value));
    const [before, after] = [values, changed].map((series) => rollingOrigins(forecasterOf('theta'), series, plan));
    for (let k = 0; k < 4; k++) expect(after![k]!.forecast).toEqual(before![k]!.forecast);
    expect(after![4]!.forecast).not.toEqual(before![4]!.forecast);
  });

  it('size intervals that hold on stationary series: 80 % cover 79 to 81 %', () => {
    const [horizon, learning] = [3, 79];
    let [covered, judged] = [0, 0];
    const mean = forecasterOf('mean');
    for (let seed = 0; seed < 400; seed++) {
      const values = madeSeries({ rows: 60 + learning * 3 + 60, seed });
      const known = values.subarray(0, values.length - 60);
      const ruler = learnRuler(rollingOrigins(mean, known, { horizon, origins: learning, step: 3 }), horizon);
      for (const { forecast, actual } of rollingOrigins(mean, values, { horizon, origins: 20, step: 3 })) {
        intervalsAround(forecast, ruler, { level: 0.8, shape: 'symmetric' }).forEach(({ lower, upper }, h) => {
          judged++;
          if (actual[h]! >= lower && actual[h]! <= upper) covered++;
        });
      }
    }
    expect(covered / judged).toBeGreaterThan(0.79);
    expect(covered / judged).toBeLessThan(0.81);
  });
});
