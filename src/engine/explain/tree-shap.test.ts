import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileEnsemble, goesLeft } from '../models/trees/compile.js';
import { madeEnsemble, madeRows, madeTree } from '../models/trees/made-ensemble.fixture.js';
import { rawScores } from '../models/trees/predict.js';
import { type Tree, type TreeEnsemble, ZERO_SIZE_MAX } from '../models/trees/tree.js';
import { createRng } from '../random/xoshiro128.js';
import { gaussLegendre } from './gauss-legendre.js';
import { planShap, shapValues } from './tree-shap.js';

const ensembleOf = (trees: readonly Tree[], features: number): TreeEnsemble => ({
  ...madeEnsemble(createRng(1), { features, rounds: 0, leavesMax: 1 }),
  trees,
});

describe('SHAP values', () => {
  it("are Shapley's own sum over all subsets of features (brute force)", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 10 }),
        (seed, features, leaves) => {
          const rng = createRng(seed);
          const tree = madeTree(rng, features, leaves);
          const x = madeRows(rng, 3, features);
          const values = shapValues(planShap(compileEnsemble(ensembleOf([tree], features))), x);
          for (let row = 0; row < x.rows; row++) {
            const answers = shapleySum(tree, features, (column) => x.columns[column]![row]!);
            answers.forEach((answer, j) => {
              expect(values[row * (features + 1) + j]).toBeCloseTo(answer, 12);
            });
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('sum to the score with the base value, class by class, averaged or not', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 300 }),
        (seed, treesPerRound, averageOutput, rows) => {
          const rng = createRng(seed);
          const features = 1 + rng.below(20);
          const made = { features, rounds: 4, leavesMax: 40, treesPerRound, averageOutput };
          const compiled = compileEnsemble(madeEnsemble(rng, made));
          const x = madeRows(rng, rows, features);
          const scores = rawScores(compiled, x);
          const values = shapValues(planShap(compiled), x);
          scores.forEach((score, k) => {
            const group = values.subarray(k * (features + 1), (k + 1) * (features + 1));
            expect(group.reduce((a, b) => a + b)).toBeCloseTo(score, 9);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are the same for a row alone and among many, and the same from a plan used twice', () => {
    const rng = createRng(11);
    const plan = planShap(compileEnsemble(madeEnsemble(rng, { features: 6, rounds: 5, leavesMax: 20 })));
    const x = madeRows(rng, 1500, 6);
    const all = shapValues(plan, x);
    expect(shapValues(plan, x)).toEqual(all);
    for (const row of [0, 700, 1499]) {
      const alone = shapValues(plan, { rows: 1, columns: x.columns.map((column) => column.slice(row, row + 1)) });
      expect(alone).toEqual(all.slice(row * 7, (row + 1) * 7));
    }
  });

  it('keep their digits down a chain of fifty features, far beyond the table of answers', () => {
    const depth = 50;
    const chain: Tree = {
      ...madeTree(createRng(2), 1, 1),
      splitFeature: range(depth),
      threshold: range(depth).map(() => 0),
      decisionType: range(depth).map(() => 0),
      leftChild: range(depth).map((node) => ~node),
      rightChild: range(depth).map((node) => (node < depth - 1 ? node + 1 : ~depth)),
      leafValue: range(depth + 1).map((leaf) => Math.sin(leaf)),
      leafCount: range(depth + 1).map((leaf) => 1 + (leaf % 7)),
      leafWeight: range(depth + 1).map(() => 0),
      splitGain: range(depth),
      internalValue: range(depth),
      internalWeight: range(depth),
      internalCount: range(depth),
    };
    const compiled = compileEnsemble(ensembleOf([chain], depth));
    const x = { rows: 2, columns: range(depth).map((j) => Float64Array.of(1, j % 3 === 0 ? -1 : 1)) };
    const scores = rawScores(compiled, x);
    const values = shapValues(planShap(compiled), x);
    scores.forEach((score, row) => {
      const group = values.slice(row * (depth + 1), (row + 1) * (depth + 1));
      expect(Math.abs(group.reduce((a, b) => a + b) - score)).toBeLessThan(1e-13);
    });
  });

  it('of a tree of one leaf are nothing but the base value', () => {
    const tree = madeTree(createRng(4), 1, 1);
    const values = shapValues(planShap(compileEnsemble(ensembleOf([tree], 2))), { rows: 1, columns: [] });
    expect([...values]).toEqual([0, 0, tree.leafValue[0]]);
  });
});

/** Shapley's weights over subsets S, with the tree's conditional expectation as the value of S. */
function shapleySum(tree: Tree, features: number, valueIn: (column: number) => number): number[] {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const worth = (subset: number) => expectation(tree, tree.splitFeature.length > 0 ? 0 : -1, subset, valueIn);
  const answers = range(features).map((j) => {
    let sum = 0;
    for (let subset = 0; subset < 1 << features; subset++) {
      if ((subset >> j) & 1) continue;
      const size = range(features).filter((k) => (subset >> k) & 1).length;
      const weight = (factorial(size) * factorial(features - 1 - size)) / factorial(features);
      sum += weight * (worth(subset | (1 << j)) - worth(subset));
    }
    return sum;
  });
  return [...answers, worth(0)];
}

/** Known features decide; where a feature is unknown both ways count, as often as training rows took them. */
function expectation(tree: Tree, node: number, subset: number, valueIn: (column: number) => number): number {
  if (node < 0) return tree.leafValue[~node]!;
  const feature = tree.splitFeature[node]!;
  const [left, right] = [tree.leftChild[node]!, tree.rightChild[node]!];
  if ((subset >> feature) & 1) {
    const value = valueIn(feature);
    const isLeft = goesLeft(tree, node, Math.abs(value) <= ZERO_SIZE_MAX ? 0 : value);
    return expectation(tree, isLeft ? left : right, subset, valueIn);
  }
  const [onLeft, onRight] = [cover(tree, left), cover(tree, right)];
  const share = onLeft + onRight > 0 ? onLeft / (onLeft + onRight) : 0.5;
  return share * expectation(tree, left, subset, valueIn) + (1 - share) * expectation(tree, right, subset, valueIn);
}

function cover(tree: Tree, child: number): number {
  const counts = tree.leafCount.some((count) => count > 0) ? tree.leafCount : tree.leafWeight;
  return child < 0 ? counts[~child]! : cover(tree, tree.leftChild[child]!) + cover(tree, tree.rightChild[child]!);
}

describe("Gauss and Legendre's rule", () => {
  it('integrates every power up to 2n - 1 over [0, 1], with positive weights', () => {
    for (const count of [1, 2, 3, 5, 10, 32, 100]) {
      const { points, weights } = gaussLegendre(count);
      expect(weights.every((weight) => weight > 0)).toBe(true);
      expect(points.every((point, i) => point > (points[i - 1] ?? 0) && point < 1)).toBe(true);
      for (let power = 0; power < 2 * count; power++) {
        const integral = points.reduce((sum, point, i) => sum + weights[i]! * point ** power, 0);
        expect(Math.abs(integral - 1 / (power + 1))).toBeLessThan(1e-14);
      }
    }
  });

  it('has the published points for n = 3: 1/2 and 1/2 +- sqrt(0.15)', () => {
    const { points, weights } = gaussLegendre(3);
    [0.5 - Math.sqrt(0.15), 0.5, 0.5 + Math.sqrt(0.15)].forEach((point, i) => {
      expect(points[i]).toBeCloseTo(point, 15);
    });
    [5 / 18, 8 / 18, 5 / 18].forEach((weight, i) => {
      expect(weights[i]).toBeCloseTo(weight, 15);
    });
  });
});

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
