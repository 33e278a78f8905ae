/**
 * Every family against every bad input: a documented result or an error that says why.
 *
 * Columns may hold NaN, which is announced as "not known"; nothing may hold an infinity that was not given, and a metric is a number or null.
 */
import { describe, expect, it } from 'vitest';
import { AppError } from '#base/app-error.js';
import { AssertionError } from '#base/assert.js';
import { planBacktest } from './backtest/plan.js';
import { plantedMatrix } from './backtest/planted.fixture.js';
import { barsFromColumns } from './calendar/bars-from-columns.js';
import { madeBars } from './calendar/made-bars.fixture.js';
import { applyBeta, fitBeta } from './calibration/beta.js';
import { applyCalibration, fitCalibration } from './calibration/calibrate.js';
import { applyIsotonic, fitIsotonic } from './calibration/isotonic.js';
import { applyPlatt, fitPlatt } from './calibration/platt.js';
import { applyVennAbers, fitVennAbers } from './calibration/venn-abers.js';
import type { Bars } from './frame/bars.js';
import { sliceBars } from './frame/slice-bars.js';
import { computeIndicators } from './indicators/compute-indicators.js';
import { knownIndicators } from './indicators/extra/index.js';
import { resolveIndicators } from './indicators/resolve.js';
import { bandWidths } from './labels/band.js';
import { headfakeReversal, pinDrift } from './labels/event-label.js';
import { horizonReturns } from './labels/horizon-return.js';
import { parseLabelKind } from './labels/label-kind.js';
import { averageUniqueness, returnWeights } from './labels/sample-weights.js';
import { tripleBarrier } from './labels/triple-barrier.js';
import { findMarketLeaks } from './leakage/market-leaks.js';
import { classificationMetrics } from './metrics/classification.js';
import { forecastMetrics, meanAbsoluteScaledError, pinballLoss, stabilityIndex } from './metrics/forecast.js';
import { shapeOf } from './metrics/moments.js';
import { overfittingProbability } from './metrics/overfitting.js';
import { regressionMetrics } from './metrics/regression.js';
import {
  annualReturn,
  compound,
  downsideRisk,
  equityCurve,
  expectedShortfall,
  maxDrawdown,
  sharpeRatio,
  sortinoRatio,
} from './metrics/returns.js';
import { annualReturns, monthlyReturns, topDrawdowns } from './metrics/tear-sheet.js';
import { tradingMetrics } from './metrics/trading.js';
import { MODELS } from './models/index.js';
import { fitRidge, predictRidge } from './models/ridge.js';
import { createRng } from './random/xoshiro128.js';
import { SPLITTERS } from './splits/index.js';

/** Every number of a result, however deep. */
function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (value === null || typeof value !== 'object') return [];
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, Number);
  return Object.values(value).flatMap(numbersOf);
}

/** What a family says: numbers, or a refusal in words. */
function said(run: () => unknown): { numbers: number[] } | { refusal: string } {
  try {
    return { numbers: numbersOf(run()) };
  } catch (error) {
    if (error instanceof AppError || error instanceof AssertionError) return { refusal: error.message };
    throw error;
  }
}

function expectNumbersOrNull(run: () => unknown): void {
  const answer = said(run);
  if ('refusal' in answer) expect(answer.refusal.length).toBeGreaterThan(15);
  else expect(answer.numbers.filter((value) => !Number.isFinite(value))).toEqual([]);
}

function expectNumbersOrUnknown(run: () => unknown): void {
  const answer = said(run);
  if ('refusal' in answer) expect(answer.refusal.length).toBeGreaterThan(15);
  else expect(answer.numbers.filter((value) => Math.abs(value) === Number.POSITIVE_INFINITY)).toEqual([]);
}

const nan = Number.NaN;
const fill = (rows: number, value: (row: number) => number) =>
  Float64Array.from({ length: rows }, (_, row) => value(row));

const series: Readonly<Record<string, Float64Array>> = {
  empty: new Float64Array(0),
  'one row': Float64Array.of(0.01),
  'two rows': Float64Array.of(0.01, -0.02),
  constant: fill(60, () => 0.01),
  zero: fill(60, () => 0),
  'all null': fill(60, () => nan),
  'some null': fill(60, (row) => (row % 7 === 3 ? nan : (row % 5) / 100 - 0.02)),
  infinite: fill(60, (row) => (row === 20 ? Number.POSITIVE_INFINITY : row === 30 ? Number.NEGATIVE_INFINITY : 0.01)),
  'one infinity': fill(60, (row) => (row === 20 ? Number.POSITIVE_INFINITY : 0.01 * (row % 3))),
  'all lost': fill(60, () => -1),
  enormous: fill(60, () => 1e200),
};

const onSeries: Readonly<Record<string, (values: Float64Array) => unknown>> = {
  compound,
  equityCurve,
  maxDrawdown,
  sharpeRatio: (values) => sharpeRatio(values, 252),
  sortinoRatio: (values) => sortinoRatio(values, 252),
  downsideRisk: (values) => downsideRisk(values, 252),
  annualReturn: (values) => annualReturn(compound(values), values.length, 252),
  expectedShortfall: (values) => expectedShortfall(values, 0.05),
  shapeOf,
  forecastMetrics: (values) =>
    forecastMetrics(
      values,
      values.map((value) => value + 1),
    ),
  meanAbsoluteScaledError: (values) => meanAbsoluteScaledError(values, values, values, 7),
  pinballLoss: (values) => pinballLoss(values, values.toReversed(), 0.1),
  stabilityIndex: (values) => stabilityIndex([...values]),
  regressionMetrics: (values) => regressionMetrics(values, values.toReversed()),
  overfittingProbability: (values) => overfittingProbability(Array.from({ length: 8 }, () => values)),
  monthlyReturns: (values) => monthlyReturns({ day: Array.from(values, (_, i) => 19_000 + i), returns: values }),
  annualReturns: (values) => annualReturns({ day: Array.from(values, (_, i) => 19_000 + i), returns: values }),
  topDrawdowns: (values) => topDrawdowns({ day: Array.from(values, (_, i) => 19_000 + i), returns: values }),
  tradingMetrics: (values) =>
    tradingMetrics(
      {
        net: values,
        gross: values,
        cost: new Float64Array(values.length),
        position: fill(values.length, () => 1),
        traded: new Float64Array(values.length),
        market: values,
        session: Int32Array.from(values, (_, i) => i),
      },
      [],
    ),
};

describe.each(Object.keys(onSeries))('%s', (name) => {
  it.each(Object.keys(series))('of %s: numbers, null, or a reason', (bad) =>
    expectNumbersOrNull(() => onSeries[name]!(series[bad]!)),
  );
});

const events: Readonly<Record<string, (row: number) => boolean>> = {
  'both outcomes': (row) => row % 3 === 0,
  'one class': () => true,
  'the other class': () => false,
};

const curves: Readonly<Record<string, (values: Float64Array, isEvent: (row: number) => boolean) => unknown>> = {
  Platt: (values, isEvent) => {
    const curve = fitPlatt(values, isEvent);
    return [curve, applyPlatt(curve, 0.3)];
  },
  isotonic: (values, isEvent) => {
    const curve = fitIsotonic(
      values,
      Array.from(values, (_, row) => (isEvent(row) ? 1 : 0)),
    );
    return [curve, applyIsotonic(curve, 0.3), applyIsotonic(curve, -9), applyIsotonic(curve, 9)];
  },
  beta: (values, isEvent) => {
    const known = values.filter((value) => value >= 0 && value <= 1);
    const curve = fitBeta(known, isEvent);
    return [curve, applyBeta(curve, 0), applyBeta(curve, 0.3), applyBeta(curve, 1)];
  },
  'Venn-Abers': (values, isEvent) => {
    const { p0, p1 } = fitVennAbers(values, isEvent);
    return [p0, p1, applyVennAbers(fitVennAbers(values, isEvent), 0.3)];
  },
};

describe.each(Object.keys(curves))('the %s curve', (name) => {
  it.each(Object.keys(series).flatMap((bad) => Object.keys(events).map((outcome) => [bad, outcome])))(
    'of %s scores, %s',
    (bad, outcome) => expectNumbersOrNull(() => curves[name]!(series[bad]!, events[outcome]!)),
  );
});

describe('calibration and classification of class probabilities', () => {
  const rows = (count: number, p: (row: number) => readonly number[]) =>
    Float64Array.from(Array.from({ length: count }, (_, i) => p(i)).flat());
  it.each([
    ['empty', rows(0, () => []), 0],
    ['one row', rows(1, () => [0.2, 0.3, 0.5]), 1],
    ['constant', rows(40, () => [0, 0, 1]), 40],
    ['all zero', rows(40, () => [0, 0, 0]), 40],
    ['all null', rows(40, () => [nan, nan, nan]), 40],
  ])('%s', (_, probabilities, count) => {
    for (const y of [new Int8Array(count), Int8Array.from({ length: count }, (__, i) => i % 3)]) {
      for (const method of ['none', 'sigmoid', 'isotonic'] as const) {
        expectNumbersOrUnknown(() => applyCalibration(fitCalibration(probabilities, y, method), probabilities));
      }
      expectNumbersOrNull(() => classificationMetrics(probabilities, y));
    }
  });
});

const matrixOf = (columns: readonly Float64Array[]) => ({
  rows: columns[0]!.length,
  names: columns.map((_, j) => `f${j}`),
  columns,
});

describe.each([...MODELS.map(({ name }) => name), 'ridge'])('the model %s', (name) => {
  const classes: Readonly<Record<string, (row: number) => number>> = {
    'three classes': (row) => row % 3,
    'one class': () => 2,
  };
  it.each(Object.keys(series).flatMap((bad) => Object.keys(classes).map((outcome) => [bad, outcome])))(
    'learns from %s features, %s: probabilities, or a reason',
    (bad, outcome) => {
      const values = series[bad]!;
      const x = matrixOf([values, fill(values.length, (row) => row % 4)]);
      if (name === 'ridge') {
        expectNumbersOrNull(() =>
          predictRidge(
            fitRidge(
              x,
              fill(values.length, (row) => row % 3),
            ),
            x,
          ),
        );
        expectNumbersOrNull(() => predictRidge(fitRidge(x, values), x));
        return;
      }
      const model = MODELS.find((one) => one.name === name)!;
      const y = Int8Array.from(values, (_, row) => classes[outcome]!(row));
      const params = { ...model.defaults, nEstimators: 5 };
      const answer = said(() => model.predict(model.fit({ x, y, params, rng: createRng(1) }), x));
      if (values.length === 0) {
        expect(answer).toEqual({ refusal: expect.stringMatching(/no rows to train on/) });
        return;
      }
      if ('refusal' in answer) throw new Error(answer.refusal);
      for (let at = 0; at < answer.numbers.length; at += 3)
        expect(answer.numbers[at]! + answer.numbers[at + 1]! + answer.numbers[at + 2]!).toBeCloseTo(1, 9);
    },
  );
});

describe('markets', () => {
  const whole = madeBars({ interval: 'hour', sessions: 12 });
  const priced = (value: (close: number, row: number) => number): Bars => ({
    ...whole,
    open: whole.open.map(value),
    high: whole.high.map(value),
    low: whole.low.map(value),
    close: whole.close.map(value),
    volume: whole.volume.map(value),
    vwap: whole.vwap.map(value),
  });
  const bad: Readonly<Record<string, Bars>> = {
    empty: sliceBars(whole, 0, 0),
    'one row': sliceBars(whole, 0, 1),
    constant: priced(() => 50),
    zero: priced(() => 0),
    'all null': priced(() => nan),
    infinite: priced((price, row) => (row % 9 === 4 ? Number.POSITIVE_INFINITY : price)),
  };
  const all = resolveIndicators(knownIndicators.map(({ name }) => name));
  const market = (bars: Bars) => ({ ticker: 'TEST', interval: 'hour' as const, bars });
  const wide = (bars: Bars, value: number) => fill(bars.rows, () => value);

  const families: Readonly<Record<string, (bars: Bars) => unknown>> = {
    'all indicators': (bars) => computeIndicators(market(bars), all).columns.map(({ values }) => values),
    'horizon returns and bands': (bars) =>
      ['next_bar_updown', 'fwd_ret_3d', 'close_to_open', 'none'].map((word) => {
        const label = parseLabelKind(word);
        const returns = horizonReturns(bars, label, 'hour');
        return [returns, bandWidths(bars.tsEndMs, returns, label, { kSigma: 0.3 })];
      }),
    'triple barriers': (bars) => tripleBarrier(bars, { upper: wide(bars, 0.01), lower: wide(bars, 0.01), barsMax: 4 }),
    'head fake': (bars) => headfakeReversal(bars, wide(bars, 0.5)),
    'pin drift': (bars) => pinDrift(bars, undefined, wide(bars, 0.5)),
    'weights of labels': (bars) => {
      const spans = { t0: bars.tsEndMs, t1: bars.tsEndMs.map((ms) => ms + 7_200_000) };
      return [averageUniqueness(spans, bars.tsEndMs), returnWeights(spans, bars.tsEndMs, bars.close)];
    },
    'the leak oracle': (bars) =>
      findMarketLeaks({
        market: market(bars),
        compute: (seen) => [{ name: 'close', values: seen.bars.close }],
        seed: 1,
      }).length,
  };

  describe.each(Object.keys(families))('%s', (name) => {
    it.each(Object.keys(bad))('on %s bars', (kind) => expectNumbersOrUnknown(() => families[name]!(bad[kind]!)));
  });

  it('unsorted and doubled bars are put in order, the last of two counts', () => {
    const raw = (rows: readonly number[]) => ({
      timestampUs: Float64Array.from(rows, (row) => whole.tsStartMs[row]! * 1000),
      open: Float64Array.from(rows, (row) => whole.open[row]!),
      high: Float64Array.from(rows, (row) => whole.high[row]!),
      low: Float64Array.from(rows, (row) => whole.low[row]!),
      close: Float64Array.from(rows, (row) => whole.close[row]!),
      volume: Float64Array.from(rows, (row) => whole.volume[row]!),
    });
    const { bars } = barsFromColumns(raw([3, 1, 2, 0, 1]), { interval: 'hour' });
    expect(bars.close).toEqual(whole.close.slice(0, 4));
  });
});

describe.each(SPLITTERS.map(({ name, split }) => ({ name, split })))('the splitter $name', ({ split }) => {
  const params = { splits: 5, embargo: 0.01 };
  it.each([0, 1, 4])('takes %i rows for 5 folds, or says how many it needs', (rows) => {
    const times = fill(rows, (row) => row);
    expectNumbersOrNull(() => split({ t0: times, t1: times }, params));
  });

  it.each([
    ['unsorted time', [3, 1, 2], [3, 1, 2], /sorted by t0/],
    ['a label that ends before it begins', [1, 2, 3], [1, 1, 3], /known at t0 or later/],
    ['an unknown label end', [1, 2, 3], [1, nan, 3], /known at t0 or later/],
    ['more beginnings than ends', [1, 2, 3], [1, 2], /a t0 and a t1/],
  ])('refuses %s', (_, t0, t1, reason) => {
    expect(() => split({ t0: Float64Array.from(t0), t1: Float64Array.from(t1) }, params)).toThrow(reason);
  });
});

describe('a backtest that cannot be planned says why', () => {
  const settings = { scheme: 'purged_kfold', splits: 5, embargo: 0 } as const;
  const matrix = plantedMatrix({ rows: 120, seed: 1 });
  it.each([
    ['no rows', plantedMatrix({ rows: 0, seed: 1 })],
    ['fewer rows than folds', plantedMatrix({ rows: 3, seed: 1 })],
    ['one class', { ...matrix, y: new Int8Array(120) }],
  ])('%s', (_, bad) => expect(() => planBacktest(bad, settings)).toThrow(/every fold was skipped/));
});
