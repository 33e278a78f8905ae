import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawNormal } from '../../random/draws.js';
import { createRng } from '../../random/xoshiro128.js';
import { binColumn, binMatrix, binsFor, learnCuts, missingBinOf } from './bins.js';
import { type BoostParams, boost, scoresOfEnsemble } from './boost.js';
import { Grower } from './grow.js';
import { STEPS } from './histogram.js';
import { squaredLoss } from './losses.js';
import { leavesOf } from './tree.js';

const PLAIN: BoostParams = {
  rounds: 1,
  subsample: 1,
  colsample: 1,
  growth: 'depth',
  maxDepth: 1,
  maxLeaves: Number.MAX_SAFE_INTEGER,
  learningRate: 1,
  lambda: 1,
  gamma: 0,
  minChildWeight: 0,
  minRowsLeaf: 1,
};

const matrixOf = (columns: Float64Array[]) => ({
  rows: columns[0]!.length,
  names: columns.map((_, j) => `f${j}`),
  columns,
});

describe('bins', () => {
  it('give few values a bin each and cut halfway between them', () => {
    const column = Float64Array.of(3, 1, NaN, 2, 1, Infinity);
    const cuts = learnCuts(column);
    expect([...cuts]).toEqual([1.5, 2.5]);
    expect([...binColumn(column, cuts)]).toEqual([2, 0, 3, 1, 0, 3]);
    expect(missingBinOf(cuts)).toBe(3);
    expect([...learnCuts(new Float64Array(9).fill(7))]).toEqual([]);
    expect([...learnCuts(new Float64Array(0))]).toEqual([]);
  });

  it('part neighbouring doubles', () => {
    const next = 1 + 2 ** -52;
    const column = Float64Array.of(1, next);
    expect([...binColumn(column, learnCuts(column))]).toEqual([0, 1]);
  });

  it('hold about equally many rows each, 255 at most beside the missing', () => {
    const rng = createRng(1);
    const column = Float64Array.from({ length: 20_000 }, () => drawNormal(rng));
    expect(binsFor(20_000)).toBe(255);
    const cuts = learnCuts(column, binsFor(20_000));
    const sizes = new Int32Array(256);
    for (const bin of binColumn(column, cuts)) sizes[bin]!++;
    expect(cuts.length).toBe(254);
    expect(Math.max(...sizes)).toBeLessThan(90);
    expect(sizes[missingBinOf(cuts)]).toBe(0);
  });
});

describe('a tree', () => {
  it('makes the cut that brute force finds', () => {
    const rowArb = fc.tuple(
      fc.integer({ min: 0, max: 5 }),
      fc.option(fc.integer({ min: 0, max: 5 }), { nil: NaN }),
      fc.integer({ min: -8, max: 8 }),
    );
    fc.assert(
      fc.property(fc.array(rowArb, { minLength: 4, maxLength: 30 }), (rows) => {
        const columns = [Float64Array.from(rows, ([a]) => a), Float64Array.from(rows, ([, b]) => b)];
        const gradients = Float64Array.from(rows, ([, , g]) => g * STEPS);
        const hessians = new Float64Array(rows.length).fill(STEPS);
        const binned = binMatrix(matrixOf(columns));
        const order = Int32Array.from(rows, (_, i) => i);
        const tree = new Grower(binned, PLAIN).grow(order, Int32Array.of(0, 1), { gradients, hessians });
        expect(
          Math.abs(
            tree.gain[0]! -
              bestGain(
                columns,
                rows.map(([, , g]) => g),
              ),
          ),
        ).toBeLessThan(1e-6);
      }),
    );
  });

  /** Every cut of every column, missing values on either side. */
  function bestGain(columns: Float64Array[], g: number[]): number {
    const term = (chosen: number[]) => chosen.reduce((sum, x) => sum + x, 0) ** 2 / (chosen.length + 1);
    let best = 0;
    for (const column of columns) {
      for (const cut of column.filter((value) => !Number.isNaN(value))) {
        for (const missingLeft of [true, false]) {
          const isLeft = (i: number) => (Number.isNaN(column[i]!) ? missingLeft : column[i]! <= cut);
          // A cut above the largest value would only part what is missing; the contract has no such cut.
          if (cut === Math.max(...column.filter((value) => !Number.isNaN(value)))) continue;
          const left = g.filter((_, i) => isLeft(i));
          const right = g.filter((_, i) => !isLeft(i));
          best = Math.max(best, 0.5 * (term(left) + term(right) - term(g)));
        }
      }
    }
    return best;
  }

  it('grown leaf by leaf has as many leaves as allowed, none with fewer rows than asked', () => {
    const rng = createRng(2);
    const columns = Array.from({ length: 4 }, () =>
      Float64Array.from({ length: 800 }, () => (rng.float() < 0.1 ? NaN : drawNormal(rng))),
    );
    const target = Float64Array.from({ length: 800 }, () => drawNormal(rng));
    const params = { ...PLAIN, growth: 'leaf', maxDepth: 64, maxLeaves: 13, minRowsLeaf: 20 } as const;
    const x = matrixOf(columns);
    const [tree] = boost(x, squaredLoss(target), params, createRng(1)).trees;
    expect(tree!.feature.filter((j) => j < 0)).toHaveLength(13);
    const sizes = new Map<number, number>();
    for (const leaf of leavesOf(tree!, columns, 800)) sizes.set(leaf, (sizes.get(leaf) ?? 0) + 1);
    expect(sizes.size).toBe(13);
    expect(Math.min(...sizes.values())).toBeGreaterThanOrEqual(20);
  });
});

describe('boosting a number', () => {
  it('finds a step whatever the unit of the target', () => {
    const rng = createRng(3);
    const column = Float64Array.from({ length: 500 }, () => drawNormal(rng));
    const x = matrixOf([column]);
    const params = { ...PLAIN, rounds: 200, maxDepth: 2, learningRate: 0.2 };
    for (const unit of [1e-6, 1, 1e9]) {
      const target = column.map((value) => unit * (value > 0.3 ? 5 : -2));
      const [scores] = scoresOfEnsemble(boost(x, squaredLoss(target), params, createRng(1)), x);
      // The bin that straddles the step cannot be told apart.
      const near = scores!.filter((score, i) => Math.abs(score - target[i]!) < 0.1 * unit).length;
      expect(near).toBeGreaterThan(480);
    }
    const constant = boost(x, squaredLoss(new Float64Array(500).fill(4)), params, createRng(1));
    expect(scoresOfEnsemble(constant, x)[0]!.every((score) => score === 4)).toBe(true);
  });
});
