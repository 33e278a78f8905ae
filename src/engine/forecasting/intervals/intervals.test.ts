import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawNormal } from '../../random/draws.js';
import { createRng } from '../../random/xoshiro128.js';
import { afterRound, levelNow, sizeNow, startAdaptive } from './adaptive-conformal.js';
import { conformalQuantile, scoresNeeded } from './conformal-quantile.js';
import { judgeIntervals } from './interval-quality.js';
import { errorsNeeded, type IntervalOptions, intervalsAround, learnRuler } from './split-conformal.js';

/** An AR(1) around 50, and its best forecasts from every origin: errors grow with the step ahead. */
function stationaryOrigins(count: number, horizon: number, seed: number) {
  const rng = createRng(seed);
  return Array.from({ length: count }, () => {
    let deviation = drawNormal(rng) * 2;
    const forecast = Array.from({ length: horizon }, (_, h) => 50 + deviation * 0.8 ** (h + 1));
    const actual = Array.from({ length: horizon }, () => {
      deviation = 0.8 * deviation + drawNormal(rng);
      return 50 + deviation;
    });
    return { actual, forecast };
  });
}

function measuredCoverage(options: IntervalOptions, seed: number): number {
  const horizon = 7;
  const ruler = learnRuler(stationaryOrigins(399, horizon, seed), horizon);
  const test = stationaryOrigins(3_000, horizon, seed + 1);
  const intervals = test.flatMap(({ forecast }) => intervalsAround(forecast, ruler, options));
  return judgeIntervals(
    intervals,
    test.flatMap(({ actual }) => actual),
    options.level,
  ).coverage!;
}

test.each(['signed', 'symmetric'] as const)(
  'on stationary series %s intervals of 80 percent cover 79 to 81',
  (shape) => {
    const coverages = [11, 22, 33, 44, 55, 66].map((seed) => measuredCoverage({ level: 0.8, shape }, seed));
    const mean = coverages.reduce((sum, coverage) => sum + coverage, 0) / coverages.length;
    expect(mean).toBeGreaterThan(0.79);
    expect(mean).toBeLessThan(0.81);
  },
);

test('intervals grow with the step ahead where errors do', () => {
  const ruler = learnRuler(stationaryOrigins(999, 5, 3), 5);
  const widths = intervalsAround([50, 50, 50, 50, 50], ruler, { level: 0.8 }).map(({ lower, upper }) => upper - lower);
  expect(widths[4]).toBeGreaterThan(widths[0]! * 1.3);
});

test('the quantile covers its level and hardly more: the rank is counted among n + 1', () => {
  const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  expect(conformalQuantile(nine, 0.8)).toBe(8);
  expect(conformalQuantile(nine, 0.9)).toBe(9);
  expect(conformalQuantile(nine, 0.95)).toBe(Number.POSITIVE_INFINITY);
  expect(conformalQuantile([], 0.5)).toBe(Number.POSITIVE_INFINITY);
  expect(conformalQuantile(nine, 0)).toBe(Number.NEGATIVE_INFINITY);
  expect(scoresNeeded(0.95)).toBe(19);
  expect(errorsNeeded({ level: 0.8 })).toBe(9);
  expect(errorsNeeded({ level: 0.8, shape: 'symmetric' })).toBe(4);
});

test('an interval that cannot promise its level says so by being infinite', () => {
  const ruler = learnRuler([{ actual: [3], forecast: [1] }], 1);
  expect(intervalsAround([10], ruler, { level: 0.8 })).toEqual([
    { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY },
  ]);
  expect(intervalsAround([10], ruler, { level: 0.8, min: 0 })[0]!.lower).toBe(0);
  expect(() => learnRuler([{ actual: [1], forecast: [1] }], 2)).toThrow('2 steps ahead');
  expect(() => learnRuler([{ actual: [Number.NaN], forecast: [1] }], 1)).toThrow('1 steps ahead');
});

test('a higher level never gives a narrower interval, and scale stretches it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 60, maxLength: 80 }),
      fc.constantFrom('signed' as const, 'symmetric' as const),
      (errors, shape) => {
        const ruler = learnRuler(
          errors.map((error) => ({ actual: [error], forecast: [0] })),
          1,
        );
        const at = (level: number, scale = 1) => intervalsAround([0], ruler, { level, shape, scale })[0]!;
        expect(at(0.9).lower).toBeLessThanOrEqual(at(0.6).lower);
        expect(at(0.9).upper).toBeGreaterThanOrEqual(at(0.6).upper);
        expect(at(0.8, 2).upper).toBeCloseTo(2 * at(0.8).upper, 9);
      },
    ),
  );
});

test('the adaptive level holds coverage where errors grow, and the fixed one does not', () => {
  const rng = createRng(7);
  const rounds = Array.from({ length: 400 }, (_, t) =>
    Array.from({ length: 10 }, () => Math.abs(drawNormal(rng)) * (1 + t / 40)),
  );
  let adaptive = startAdaptive(0.8, 500);
  let covered = 0;
  let fixed = 0;
  const seen: number[] = [];
  for (const [t, round] of rounds.entries()) {
    const size = sizeNow(adaptive);
    const plain = conformalQuantile(
      [...seen].sort((a, b) => a - b),
      0.8,
    );
    if (t >= 100) {
      covered += round.filter((score) => score <= size).length;
      fixed += round.filter((score) => score <= plain).length;
    }
    adaptive = afterRound(adaptive, round);
    seen.push(...round);
  }
  expect(covered / 3_000).toBeGreaterThan(0.78);
  expect(covered / 3_000).toBeLessThan(0.82);
  expect(fixed / 3_000).toBeLessThan(0.72);
});

test('the adaptive level stays near its target where nothing drifts', () => {
  const rng = createRng(9);
  let state = startAdaptive(0.95);
  let covered = 0;
  for (let t = 0; t < 300; t++) {
    const round = Array.from({ length: 20 }, () => Math.abs(drawNormal(rng)));
    const size = sizeNow(state);
    if (t >= 20) covered += round.filter((score) => score <= size).length;
    state = afterRound(state, round);
  }
  expect(covered / 5_600).toBeGreaterThan(0.94);
  expect(covered / 5_600).toBeLessThan(0.96);
  expect(levelNow(state)).toBeGreaterThan(0.93);
  expect(JSON.parse(JSON.stringify(state))).toEqual(state);
});

test('before any score nothing is promised', () => {
  expect(sizeNow(startAdaptive(0.8))).toBe(Number.POSITIVE_INFINITY);
  expect(() => afterRound(startAdaptive(0.8), [-1])).toThrow('size of an error');
});

test('quality counts what was covered and prices each miss', () => {
  const intervals = [
    { lower: 0, upper: 10 },
    { lower: 0, upper: 10 },
    { lower: 0, upper: 10 },
  ];
  const quality = judgeIntervals(intervals, [10, 12, Number.NaN], 0.8);
  expect(quality.judged).toBe(2);
  expect(quality.coverage).toBe(0.5);
  expect(quality.meanWidth).toBe(10);
  // (10 + 10 + 10 * 2) / 2: each unit outside costs 2 / (1 - 0.8).
  expect(quality.intervalScore).toBeCloseTo(20, 9);
  expect(judgeIntervals([], [], 0.8)).toMatchObject({ judged: 0, coverage: null, meanWidth: null });
});
