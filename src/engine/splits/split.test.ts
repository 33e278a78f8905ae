import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathsOf } from './combinatorial.js';
import { forecastFolds } from './forecast-folds.js';
import { SPLITTERS } from './index.js';
import type { LabelSpans, SplitParams, Splitter } from './split.js';
import { whySkip } from './trainable.js';

const splitterOf = (name: string) => SPLITTERS.find((splitter) => splitter.name === name)!;

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

const spansOf = (rows: number, length: number): LabelSpans => ({
  t0: Float64Array.from(range(0, rows)),
  t1: Float64Array.from(range(0, rows), (t) => t + length),
});

/** These learn from the past only, and may leave rows out on purpose. */
const FORWARD = ['walk_forward', 'rolling_walk_forward', 'anchored_walk_forward', 'expanding', 'sliding'];

/** Groups of contiguous test rows: a combinatorial split has one or two windows. */
function blocksOf(test: Int32Array): Int32Array[] {
  if (test.length === 0) return [];
  const cuts = [0, ...range(1, test.length).filter((i) => test[i] !== test[i - 1]! + 1), test.length];
  return range(0, cuts.length - 1).map((i) => test.slice(cuts[i]!, cuts[i + 1]!));
}

/** What every splitter promises, checked by brute force over all pairs of rows. */
function checkSplit(splitter: Splitter, spans: LabelSpans, params: SplitParams): void {
  const rows = spans.t0.length;
  for (const fold of splitter.split(spans, params)) {
    const train = new Set(fold.train);
    expect([...fold.train, ...fold.test].every((row) => row >= 0 && row < rows)).toBe(true);
    expect(fold.test.every((row) => !train.has(row))).toBe(true);
    for (const block of blocksOf(fold.test)) {
      const start = spans.t0[block[0]!]!;
      const end = Math.max(...Array.from(block, (row) => spans.t1[row]!));
      for (const row of fold.train) expect(spans.t0[row]! > end || spans.t1[row]! < start).toBe(true);
      if (FORWARD.includes(splitter.name)) expect(fold.train.every((row) => spans.t1[row]! < start)).toBe(true);
      const after = range(block.at(-1)! + 1, rows).filter((row) => spans.t0[row]! > end);
      const kept = after.slice(0, Math.ceil(params.embargo * rows - 1e-9));
      if (splitter.name !== 'cpcv') expect(kept.every((row) => !train.has(row))).toBe(true);
    }
    if (!FORWARD.includes(splitter.name)) {
      expect(fold.train.length + fold.test.length + fold.purged + fold.embargoed).toBe(rows);
    }
  }
}

describe('the golden purge of sigma 30', () => {
  it('20 rows, 4 folds, labels of two bars, embargo .05', () => {
    const folds = splitterOf('purged_kfold').split(spansOf(20, 2), { splits: 4, embargo: 0.05 });
    expect(folds.map(({ train }) => [...train])).toEqual([
      range(8, 20),
      [0, 1, 2, ...range(13, 20)],
      [...range(0, 8), 18, 19],
      range(0, 13),
    ]);
    expect(folds.map(({ purged }) => purged)).toEqual([2, 4, 4, 2]);
    expect(folds.map(({ embargoed }) => embargoed)).toEqual([1, 1, 1, 0]);
  });

  it('embargo 0 still purges', () => {
    const [first] = splitterOf('purged_kfold').split(spansOf(20, 2), { splits: 4, embargo: 0 });
    expect([...first!.train]).toEqual(range(7, 20));
  });
});

describe('the combinatorial splitter', () => {
  it('makes 15 splits and 5 paths of 6 groups; each path tests every group once, no split serves a group twice', () => {
    const folds = splitterOf('cpcv').split(spansOf(60, 1), { splits: 6, embargo: 0 });
    expect(folds).toHaveLength(15);
    const paths = pathsOf(folds, 6);
    expect(paths).toHaveLength(5);
    for (const group of range(0, 6)) {
      const serving = paths.map((path) => path[group]!);
      expect(new Set(serving).size).toBe(5);
      expect(serving.every((index) => folds[index]!.groups.includes(group))).toBe(true);
    }
  });
});

describe.each(SPLITTERS.map((splitter) => [splitter.name, splitter] as const))('%s', (_, splitter) => {
  it('never learns from a row whose label overlaps a tested one (10,000 random intervals)', () => {
    const seed = 20_261_120;
    let intervals = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 25 })), {
          minLength: 30,
          maxLength: 90,
        }),
        fc.integer({ min: 2, max: 6 }),
        fc.constantFrom(0, 0.01, 0.07, 0.3),
        (steps, splits, embargo) => {
          let clock = 0;
          const t0 = Float64Array.from(steps, ([gap]) => (clock += gap));
          const t1 = Float64Array.from(steps, ([, length], i) => t0[i]! + length);
          intervals += steps.length;
          checkSplit(splitter, { t0, t1 }, { splits, embargo });
        },
      ),
      { seed, numRuns: 240 },
    );
    expect(intervals).toBeGreaterThan(10_000);
  });

  it('copes with fewer rows than folds and with none, or says how many it needs', () => {
    for (const rows of [0, 1, 3]) {
      const check = () => checkSplit(splitter, spansOf(rows, 1), { splits: 5, embargo: 0.1 });
      const needsTwo = ['expanding', 'sliding'].includes(splitter.name) && rows < 2;
      if (needsTwo) expect(check).toThrow(/Need at least 2 samples, got/);
      else check();
    }
  });

  it('keeps its promises whatever sizes, gaps and horizons are asked for', () => {
    fc.assert(
      fc.property(
        fc.record({
          splits: fc.integer({ min: 2, max: 6 }),
          embargo: fc.constantFrom(0, 0.05),
          trainRows: fc.integer({ min: 1, max: 40 }),
          gap: fc.integer({ min: 0, max: 5 }),
          horizon: fc.integer({ min: 1, max: 10 }),
        }),
        fc.integer({ min: 0, max: 4 }),
        (params, length) => {
          const spans = spansOf(80, length);
          checkSplit(splitter, spans, params);
          if (!FORWARD.includes(splitter.name) || splitter.name === 'walk_forward') return;
          for (const { train, test } of splitter.split(spans, params)) {
            if (train.length > 0 && test.length > 0) expect(test[0]! - train.at(-1)!).toBeGreaterThan(params.gap);
          }
        },
      ),
      { seed: 11, numRuns: 150 },
    );
  });
});

describe('the folds of forecastlab 23', () => {
  const plan = { strategy: 'expanding', trainRows: 30, gap: 0, horizon: 14 } as const;
  it.each([
    [72, 3, [30, 44, 58]],
    [100, 5, [30, 44, 58, 72, 86]],
    [120, 5, [30, 49, 68, 87, 106]],
    [60, 5, [30, 46]],
    [50, 5, [30]],
  ])('%i rows, %i folds', (rows, splits, starts) => {
    expect(forecastFolds(rows, { ...plan, splits }).map(({ test }) => test.from)).toEqual(starts);
    const slides = forecastFolds(rows, { ...plan, strategy: 'sliding', splits });
    expect(slides.map(({ test }) => test.from)).toEqual(starts);
    expect(slides.every(({ train }) => train.to - train.from === 30)).toBe(true);
  });

  it('43 rows are too few, and the error says what is needed', () => {
    expect(() => forecastFolds(43, { ...plan, splits: 5 })).toThrow(
      'Need at least 44 samples, got 43. (min_train=30, gap=0, horizon=14)',
    );
  });

  it('the splitter of the list gives the same folds, purged by label spans', () => {
    const params = { splits: 3, embargo: 0, trainRows: 30, gap: 2, horizon: 14 };
    const folds = splitterOf('expanding').split(spansOf(90, 0), params);
    const positions = forecastFolds(90, { ...plan, ...params });
    expect(folds.map(({ train, test }) => [train.length, test[0], test.length])).toEqual(
      positions.map(({ train, test }) => [train.to - train.from, test.from, test.to - test.from]),
    );
    const long = splitterOf('expanding').split(spansOf(90, 5), params);
    expect(long.map(({ purged }) => purged)).toEqual([3, 3, 3]);
  });
});

describe('walk-forward of three kinds', () => {
  it('rolling keeps the length of its window, anchored its beginning', () => {
    const rolling = splitterOf('rolling_walk_forward').split(spansOf(60, 0), { splits: 5, embargo: 0, trainRows: 15 });
    expect(rolling.map(({ train }) => [train[0], train.length])).toEqual([
      [0, 10],
      [5, 15],
      [15, 15],
      [25, 15],
      [35, 15],
    ]);
    const anchored = splitterOf('anchored_walk_forward').split(spansOf(60, 0), {
      splits: 4,
      embargo: 0,
      trainRows: 20,
    });
    expect(anchored.map(({ train, test }) => [train[0], train.length, test[0], test.length])).toEqual([
      [0, 20, 20, 10],
      [0, 30, 30, 10],
      [0, 40, 40, 10],
      [0, 50, 50, 10],
    ]);
  });

  it('anchored without sizes is walk_forward', () => {
    const params = { splits: 5, embargo: 0.02 };
    const [left, right] = (['anchored_walk_forward', 'walk_forward'] as const).map((name) =>
      splitterOf(name).split(spansOf(83, 3), params),
    );
    expect(left).toEqual(right);
  });
});

describe('whySkip', () => {
  const y = Int8Array.from([0, 2, 2, 2, 2, 2]);
  it('names the reason', () => {
    expect(whySkip(Int32Array.of(0, 1), Int32Array.of(5), y, 2)).toBeUndefined();
    expect(whySkip(Int32Array.of(1, 2, 3), Int32Array.of(5), y, 2)).toBe('single_class');
    expect(whySkip(Int32Array.of(0), Int32Array.of(5), y, 2)).toBe('too_few_rows');
    expect(whySkip(Int32Array.of(0, 1), new Int32Array(0), y, 2)).toBe('no_test_rows');
  });
});
