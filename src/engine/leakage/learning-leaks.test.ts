/** The rest of the zoo: leaks of learning, labels and splits, each beside its honest twin, and the other checks of FIELD 1. */
import { describe, expect, it } from 'vitest';
import { chooseThreshold, confidenceCutOff, innerPredictions, scoreLevel } from '../backtest/choose-threshold.js';
import { DEFAULT_CONFIG } from '../backtest/config.js';
import { learn } from '../backtest/fit-fold.js';
import { plantedMatrix } from '../backtest/planted.fixture.js';
import { madeBars } from '../calendar/made-bars.fixture.js';
import { fitBeta } from '../calibration/beta.js';
import { fitIsotonic } from '../calibration/isotonic.js';
import { fitPlatt } from '../calibration/platt.js';
import { fitVennAbers } from '../calibration/venn-abers.js';
import type { Bars } from '../frame/bars.js';
import type { LabelledMatrix } from '../frame/matrix.js';
import type { MarketData } from '../indicators/indicator.js';
import { bandWidths, classOf } from '../labels/band.js';
import { headfakeReversal } from '../labels/event-label.js';
import { horizonReturns } from '../labels/horizon-return.js';
import { parseLabelKind } from '../labels/label-kind.js';
import { averageUniqueness } from '../labels/sample-weights.js';
import { tripleBarrier } from '../labels/triple-barrier.js';
import { rankAuc } from '../metrics/probability.js';
import { correlationOf } from '../metrics/regression.js';
import { learnScales, quantileOfSorted } from '../models/logit-features.js';
import { fitRidge } from '../models/ridge.js';
import { takeLabels, takeRows } from '../models/rows.js';
import { shuffle } from '../random/draws.js';
import { createRng } from '../random/xoshiro128.js';
import { SPLITTERS } from '../splits/index.js';
import type { Fold, LabelSpans } from '../splits/split.js';
import { watchCanary } from './canary.js';
import { findFoldLeaks } from './fold-leaks.js';
import { findFoldOverlaps } from './fold-overlap.js';
import { futureOfMarket } from './future-of-market.js';
import { shuffleLabels } from './label-shuffle.js';
import { findLateLabels, type LabelView } from './late-labels.js';
import { findLeaks } from './mutate-future.js';

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const splitter = (name: string) => SPLITTERS.find((one) => one.name === name)!;
const matrix = plantedMatrix({ rows: 240, seed: 3, signal: 0.3, horizonBars: 3 });
const spans: LabelSpans = { t0: matrix.t0Ms, t1: matrix.t1Ms };
const folds = splitter('purged_kfold').split(spans, { splits: 3, embargo: 0.02 });

type Learner = (matrix: LabelledMatrix, rows: Int32Array) => ArrayLike<number>;
const everyRow = (m: LabelledMatrix) => Int32Array.from(range(0, m.features.rows));
const first = (m: LabelledMatrix, rows: Int32Array) => Float64Array.from(rows, (row) => m.features.columns[0]![row]!);
const isUp = (m: LabelledMatrix, rows: Int32Array) => (at: number) => m.y[rows[at]!] === 2;
const moves = (m: LabelledMatrix, rows: Int32Array) => Float64Array.from(rows, (row) => m.horizonReturn[row]!);
const squash = (values: Float64Array) => values.map((value) => 1 / (1 + Math.exp(-value)));
const numbersOf = (value: unknown): number[] =>
  typeof value === 'number'
    ? [value]
    : value !== null && typeof value === 'object'
      ? Object.values(value).flatMap(numbersOf)
      : [];

/** What can be learnt: honest on the rows of the fold, a leak on all rows. */
const learners: Readonly<Record<string, Learner>> = {
  'scales and medians': (m, rows) => numbersOf(learnScales(takeRows(m.features, rows))),
  'mean and deviation': (m, rows) => {
    const values = first(m, rows);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
  },
  'smallest and largest': (m, rows) => [Math.min(...first(m, rows)), Math.max(...first(m, rows))],
  'bins by quantile': (m, rows) => range(1, 10).map((q) => quantileOfSorted(first(m, rows).sort(), q / 10)),
  'limits for outliers': (m, rows) => [0.01, 0.99].map((q) => quantileOfSorted(first(m, rows).sort(), q)),
  'the features that correlate best': (m, rows) =>
    m.features.columns.map(
      (column) =>
        correlationOf(
          Float64Array.from(rows, (row) => column[row]!),
          moves(m, rows),
        )!,
    ),
  'shares of the classes': (m, rows) =>
    [0, 1, 2].map((code) => takeLabels(m.y, rows).filter((y) => y === code).length / rows.length),
  'mean label of each weekday': (m, rows) =>
    range(0, 5).map((day) => {
      const ofDay = moves(
        m,
        rows.filter((row) => m.session[row]! % 5 === day),
      );
      return ofDay.reduce((sum, value) => sum + value, 0) / ofDay.length;
    }),
  'a ridge line': (m, rows) => numbersOf(fitRidge(takeRows(m.features, rows), moves(m, rows))),
  'a Platt sigmoid': (m, rows) => numbersOf(fitPlatt(first(m, rows), isUp(m, rows))),
  'an isotonic curve': (m, rows) =>
    numbersOf(
      fitIsotonic(
        first(m, rows),
        takeLabels(m.y, rows).map((y) => (y === 2 ? 1 : 0)),
      ),
    ),
  'a beta curve': (m, rows) => numbersOf(fitBeta(squash(first(m, rows)), isUp(m, rows))),
  'a Venn-Abers table': (m, rows) => numbersOf(fitVennAbers(first(m, rows), isUp(m, rows))),
  'the threshold that earned most': (m, rows) => {
    const earned = (threshold: number) =>
      rows.reduce((sum, row) => sum + (m.features.columns[0]![row]! > threshold ? m.horizonReturn[row]! : 0), 0);
    const grid = range(-10, 11).map((step) => step / 10);
    return [grid.reduce((best, one) => (earned(one) > earned(best) ? one : best)), Math.max(...grid.map(earned))];
  },
  'the cut-off of the most confident tenth': (m, rows) => [quantileOfSorted(first(m, rows).sort(), 0.9)],
  "a backtest's threshold and cut-off, by its inner profit and loss": (m, rows) => {
    const spec = { algo: 'logit', hyperparams: {}, calibration: 'none', seed: 1 } as const;
    const inner = innerPredictions(rows, learn(m, rows, spec, createRng(1)).innerProbabilities);
    const levels = [0.4, 0.45, 0.5, 0.55];
    const scores = levels.map((level) => scoreLevel(m, inner, level, { ...DEFAULT_CONFIG, selectBy: 'cum_ret' }));
    const { threshold } = chooseThreshold(levels, scores);
    return [threshold, confidenceCutOff(m, inner, 0.1), ...scores.map(({ overall }) => overall ?? Number.NaN)];
  },
  'a logistic model, its calibration and inner predictions': (m, rows) =>
    numbersOf(learn(m, rows, { algo: 'logit', hyperparams: {}, calibration: 'sigmoid', seed: 1 }, createRng(1))),
  'boosted trees, their calibration and inner predictions': (m, rows) =>
    numbersOf(
      learn(m, rows, { algo: 'gbm', hyperparams: { nEstimators: 6 }, calibration: 'sigmoid', seed: 1 }, createRng(1)),
    ),
  'a small forest': (m, rows) =>
    numbersOf(
      learn(m, rows, { algo: 'rf', hyperparams: { nEstimators: 4 }, calibration: 'none', seed: 1 }, createRng(1)),
    ),
};

describe.each(Object.keys(learners))('%s', (name) => {
  const search = (fold: Fold, rowsOf: (m: LabelledMatrix, fold: Fold) => Int32Array) => ({
    matrix,
    fold,
    seed: 9,
    learn: (m: LabelledMatrix, of: Fold) => [{ name, values: learners[name]!(m, rowsOf(m, of)) }],
  });

  it('is caught when learnt on all rows, on train and test, or on the test rows', () => {
    for (const rowsOf of [
      everyRow,
      (_: LabelledMatrix, { train, test }: Fold) => Int32Array.of(...train, ...test).sort(),
      (_: LabelledMatrix, { test }: Fold) => test,
    ]) {
      expect(findFoldLeaks(search(folds[1]!, rowsOf)).map(({ learnt }) => learnt)).toEqual([name]);
    }
  });

  it('passes when learnt on the train rows of each fold', () => {
    for (const fold of folds) expect(findFoldLeaks(search(fold, (_, { train }) => train))).toEqual([]);
  });
});

describe('splits', () => {
  const withFolds = (change: (fold: Fold) => Fold) => folds.map(change);
  const kinds = (list: readonly Fold[], rules = {}) =>
    [...new Set(findFoldOverlaps(spans, list, rules).map(({ kind }) => kind))].sort();
  const others = ({ test }: Fold) => Int32Array.from(range(0, 240).filter((row) => !test.includes(row)));

  it.each([
    ['k-fold that is not purged', withFolds((fold) => ({ ...fold, train: others(fold) })), {}, 'label_overlaps_test'],
    [
      'train and test share a row',
      withFolds((fold) => ({ ...fold, train: Int32Array.of(...fold.train, fold.test[0]!) })),
      {},
      'tested_and_trained',
    ],
    [
      'an embargo that is not kept',
      splitter('purged_kfold').split(spans, { splits: 3, embargo: 0 }),
      { embargo: 0.05 },
      'embargoed_row_trained',
    ],
    ['k-fold called walk-forward', withFolds((fold) => fold), { isForward: true }, 'trained_on_the_future'],
    [
      'a purge one row short',
      withFolds((fold) => ({ ...fold, train: Int32Array.of(...fold.train, Math.max(0, fold.test[0]! - 1)) })),
      {},
      'label_overlaps_test',
    ],
    [
      'rows shuffled before the folds',
      (() => {
        const order = Int32Array.from(range(0, 240));
        shuffle(order, createRng(2));
        return [{ ...folds[0]!, train: order.slice(80).sort(), test: order.slice(0, 80).sort() }];
      })(),
      {},
      'label_overlaps_test',
    ],
    [
      'doubled rows on both sides',
      [{ ...folds[0]!, train: Int32Array.from(range(80, 240)), test: Int32Array.from(range(0, 90)) }],
      {},
      'tested_and_trained',
    ],
  ])('%s is caught', (_, list, rules, kind) => expect(kinds(list, rules)).toContain(kind));

  it('every splitter of the list passes, in 84 configurations', () => {
    let configurations = 0;
    for (const one of SPLITTERS) {
      for (const splits of [2, 3, 5]) {
        for (const embargo of [0, 0.03]) {
          for (const horizonBars of [1, 8]) {
            const { t0Ms: t0, t1Ms: t1 } = plantedMatrix({ rows: 150, seed: splits, horizonBars });
            const isForward = !['purged_kfold', 'cpcv'].includes(one.name);
            const list = one.split({ t0, t1 }, { splits, embargo });
            expect(findFoldOverlaps({ t0, t1 }, list, { embargo, isForward })).toEqual([]);
            configurations++;
          }
        }
      }
    }
    expect(configurations).toBe(84);
  });
});

describe('labels', () => {
  const bars = madeBars({ interval: 'hour', sessions: 40 });
  const late = (label: (bars: Bars) => LabelView) =>
    findLateLabels<MarketData>({
      input: { ticker: 'TEST', interval: 'hour', bars },
      future: futureOfMarket,
      knownMs: (market, cut) => market.bars.tsEndMs[cut]!,
      label: (market) => label(market.bars),
      seed: 4,
    });
  const width = (seen: Bars, value: number) => new Float64Array(seen.rows).fill(value);
  const barrier = (seen: Bars, upper = width(seen, 0.01)) => tripleBarrier(seen, { upper, lower: upper, barsMax: 6 });
  const forward = (seen: Bars) => horizonReturns(seen, parseLabelKind('fwd_ret_5d'), 'hour');
  const deviation = (values: Float64Array) => {
    const known = values.filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    return Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
  };

  it.each<[string, (bars: Bars) => LabelView]>([
    [
      'an end time one bar early',
      (seen) => {
        const { value, t1Ms } = forward(seen);
        return { value, t1Ms: t1Ms.map((ms) => ms - 3_600_000) };
      },
    ],
    [
      'the decision taken for the end',
      (seen) => ({
        value: forward(seen).value,
        t1Ms: forward(seen).t1Ms.map((ms, row) => (Number.isNaN(ms) ? ms : seen.tsEndMs[row]!)),
      }),
    ],
    [
      'a barrier whose end is said to be the next bar',
      (seen) => ({
        value: barrier(seen).value,
        t1Ms: barrier(seen).t1Ms.map((ms, row) => (Number.isNaN(ms) ? ms : Math.min(ms, seen.tsEndMs[row + 1] ?? ms))),
      }),
    ],
    [
      'barriers as wide as the whole sample moves',
      (seen) => {
        const ret = horizonReturns(seen, parseLabelKind('next_bar_updown'), 'hour').value;
        return barrier(seen, width(seen, deviation(ret)));
      },
    ],
    [
      'a band of the whole sample',
      (seen) => {
        const { value, t1Ms } = horizonReturns(seen, parseLabelKind('next_bar_updown'), 'hour');
        const band = 0.3 * deviation(value);
        return { value: value.map((one) => classOf(one, band)), t1Ms };
      },
    ],
    [
      'labels by rank in the sample',
      (seen) => {
        const { value, t1Ms } = forward(seen);
        return { value: value.map((one) => value.filter((other) => other < one).length), t1Ms };
      },
    ],
    [
      'missing prices labelled flat',
      (seen) => {
        const { value } = forward(seen);
        return { value: value.map((one) => (Number.isNaN(one) ? 0 : Math.sign(one))), t1Ms: seen.tsEndMs };
      },
    ],
  ])('%s is caught', (_, label) => expect(late(label).length).toBeGreaterThan(0));

  it.each<[string, (bars: Bars) => LabelView]>([
    ...['next_bar_updown', 'fwd_ret_1d', 'fwd_ret_5d', 'close_to_open'].map(
      (word): [string, (bars: Bars) => LabelView] => [
        word,
        (seen) => {
          const label = parseLabelKind(word);
          const returns = horizonReturns(seen, label, 'hour');
          const band = bandWidths(seen.tsEndMs, returns, label, { kSigma: 0.3 });
          return { value: returns.value.map((one, row) => classOf(one, band[row]!)), t1Ms: returns.t1Ms };
        },
      ],
    ),
    ['triple barrier', (seen) => barrier(seen)],
    ['triple barrier, classes', (seen) => ({ value: barrier(seen).y, t1Ms: barrier(seen).t1Ms })],
    [
      'head fake',
      (seen) =>
        headfakeReversal(seen, width(seen, 0.3), {
          openMinute: 570,
          endMinute: 660,
          openMoveAtr: 0.5,
          reversalMoveAtr: 0.5,
        }),
    ],
  ])('%s passes', (_, label) => expect(late(label)).toEqual([]));

  it('the weights of overlapping labels know of later ones: they may weigh training rows, never be a feature', () => {
    const compute = ({ bars: seen }: MarketData) => [
      { name: 'weight', values: averageUniqueness({ t0: seen.tsEndMs, t1: barrier(seen).t1Ms }, seen.tsEndMs) },
    ];
    const input = { ticker: 'TEST', interval: 'hour' as const, bars };
    expect(findLeaks({ input, future: futureOfMarket, compute, seed: 1 })).toHaveLength(1);
  });
});

describe('the label-shuffle test', () => {
  const noise = plantedMatrix({ rows: 120, seed: 5, features: 60 });
  const fold = splitter('purged_kfold').split({ t0: noise.t0Ms, t1: noise.t1Ms }, { splits: 3, embargo: 0 })[1]!;
  /** Takes the feature that correlates best on some rows, and ranks the test rows by it. */
  const scoreBy = (rows: Int32Array) => (order: Int32Array) => {
    const y = Float64Array.from(order, (row) => noise.horizonReturn[row]!);
    const strength = noise.features.columns.map(
      (column) =>
        correlationOf(
          Float64Array.from(rows, (row) => column[row]!),
          Float64Array.from(rows, (row) => y[row]!),
        )!,
    );
    const best = strength.reduce((at, value, j) => (Math.abs(value) > Math.abs(strength[at]!) ? j : at), 0);
    const told = Float64Array.from(
      fold.test,
      (row) => noise.features.columns[best]![row]! * Math.sign(strength[best]!),
    );
    return rankAuc(
      told,
      Int8Array.from(fold.test, (row) => (y[row]! > 0 ? 1 : 0)),
    )!;
  };

  it('passes selection on the train rows, and catches selection on all', () => {
    const run = (rows: Int32Array) =>
      shuffleLabels({ rows: 120, score: scoreBy(rows), chance: 0.5, rng: createRng(6) });
    expect(run(fold.train).isHonest).toBe(true);
    const cheat = run(everyRow(noise));
    expect(cheat.isHonest).toBe(false);
    expect(cheat.mean).toBeGreaterThan(0.55);
    expect(run(fold.train)).toEqual(run(fold.train));
  });
});

describe('truncation and the canary', () => {
  const input: MarketData = { ticker: 'TEST', interval: 'day', bars: madeBars({ interval: 'day', sessions: 90 }) };
  const honest = ({ bars }: MarketData) => [
    { name: 'honest', values: bars.close.map((value, i) => value - (bars.close[i - 1] ?? value)) },
  ];

  it('truncation alone finds what needs the next row', () => {
    const compute = (seen: MarketData) => [
      ...honest(seen),
      { name: 'next', values: seen.bars.close.map((_, i) => seen.bars.close[i + 1] ?? 0) },
    ];
    const leaks = findLeaks({ input, future: futureOfMarket, compute, seed: 1, ways: ['truncated'] });
    expect(leaks.map(({ column, example }) => [column, example.how])).toEqual([['next', 'truncated']]);
  });

  it('the guard is awake beside honest columns, and a guard that sleeps is found out', () => {
    const search = { input, future: futureOfMarket, compute: honest, seed: 1 };
    const present = ({ bars }: MarketData) => bars.close;
    expect(watchCanary(search, present)).toEqual({ isAwake: true, leaks: [] });
    expect(watchCanary(search, present, () => []).isAwake).toBe(false);
  });
});
