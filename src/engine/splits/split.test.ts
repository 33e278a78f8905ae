import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathsOf } from './combinatorial.js';
import { SPLITTERS, splitterOf } from './index.js';
import type { LabelSpans, SplitParams, Splitter } from './split.js';
import { whySkip } from './trainable.js';

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

const spansOf = (rows: number, length: number): LabelSpans => ({
  t0: Float64Array.from(range(0, rows)),
  t1: Float64Array.from(range(0, rows), (t) => t + length),
});

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
      if (splitter.name === 'walk_forward') expect(fold.train.every((row) => spans.t1[row]! < start)).toBe(true);
      const after = range(block.at(-1)! + 1, rows).filter((row) => spans.t0[row]! > end);
      const kept = after.slice(0, Math.ceil(params.embargo * rows - 1e-9));
      if (splitter.name !== 'cpcv') expect(kept.every((row) => !train.has(row))).toBe(true);
    }
    if (splitter.name !== 'walk_forward') {
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

  it('copes with fewer rows than folds and with none', () => {
    for (const rows of [0, 1, 3]) checkSplit(splitter, spansOf(rows, 1), { splits: 5, embargo: 0.1 });
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
