import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../random/xoshiro128.js';
import { compileEnsemble, goesLeft } from './compile.js';
import { madeEnsemble, madeRows } from './made-ensemble.fixture.js';
import { convertScores, predictions } from './output.js';
import { leafIndices, rawScores } from './predict.js';
import { DECISION, EVERY_NUMBER, type ObjectiveName, type Tree, ZERO_SIZE_MAX } from './tree.js';

const question = (decisionType: number, threshold: number, categories: readonly number[] = []): Tree => {
  const words = [0, 0];
  for (const category of categories) words[category >>> 5] = (words[category >>> 5]! | (1 << (category & 31))) >>> 0;
  return {
    splitFeature: [0],
    threshold: [threshold],
    decisionType: [decisionType],
    leftChild: [-1],
    rightChild: [-2],
    leafValue: [1, 2],
    leafWeight: [1, 1],
    leafCount: [1, 1],
    splitGain: [1],
    internalValue: [0],
    internalWeight: [2],
    internalCount: [2],
    catBoundaries: categories.length > 0 ? [0, 2] : [],
    catThreshold: categories.length > 0 ? words : [],
    shrinkage: 1,
  };
};

const sides = (tree: Tree, values: readonly number[]) =>
  values.map((value) => (goesLeft(tree, 0, value) ? 'L' : 'R')).join('');

describe('a question of a tree', () => {
  const asked = [NaN, 0, -5, 1, 2, Infinity, -Infinity];

  it('takes NaN for zero where nothing is missing, whatever the side of the missing', () => {
    for (const side of [0, DECISION.defaultLeft]) {
      expect(sides(question(DECISION.missingNone | side, 1), asked)).toBe('LLLLRRL');
      expect(sides(question(DECISION.missingNone | side, -1), asked)).toBe('RRLRRRL');
    }
  });

  it('sends NaN to the side of the missing, and zero by its value', () => {
    expect(sides(question(DECISION.missingNan, 1), asked)).toBe('RLLLRRL');
    expect(sides(question(DECISION.missingNan | DECISION.defaultLeft, -1), asked)).toBe('LRLRRRL');
  });

  it('sends NaN and zero to the side of the missing where zero is missing', () => {
    expect(sides(question(DECISION.missingZero, 1), asked)).toBe('RRLLRRL');
    expect(sides(question(DECISION.missingZero | DECISION.defaultLeft, -1), asked)).toBe('LLLRRRL');
  });

  it('can part what is missing from every number', () => {
    expect(sides(question(DECISION.missingNan, EVERY_NUMBER), asked)).toBe('RLLLLLL');
  });

  it('asks for categories by their whole part; unknown, negative and missing ones go right', () => {
    const tree = question(DECISION.categorical, 0, [0, 3, 40]);
    expect(sides(tree, [0, 3, 3.9, 40, -0.5, 1, -1, 63, 64, 1e300, NaN, Infinity, -Infinity])).toBe('LLLLLRRRRRRRR');
  });
});

describe('prediction', () => {
  it('walks as the questions say, in blocks of any size (brute force)', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 1200 }),
        (seed, features, rounds, treesPerRound, averageOutput, rows) => {
          const rng = createRng(seed);
          const ensemble = madeEnsemble(rng, { features, rounds, leavesMax: 12, treesPerRound, averageOutput });
          const x = madeRows(rng, rows, features);
          const compiled = compileEnsemble(ensemble);
          const expectedLeaves: number[] = [];
          const expectedScores: number[] = [];
          for (let row = 0; row < rows; row++) {
            const scores = new Array<number>(treesPerRound).fill(0);
            ensemble.trees.forEach((tree, t) => {
              const leaf = walk(tree, (column) => x.columns[column]![row]!);
              expectedLeaves.push(leaf);
              scores[t % treesPerRound]! += tree.leafValue[leaf]!;
            });
            expectedScores.push(...scores.map((score) => score / (averageOutput && rounds > 0 ? rounds : 1)));
          }
          expect([...leafIndices(compiled, x)]).toEqual(expectedLeaves);
          expect([...rawScores(compiled, x)]).toEqual(expectedScores);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('needs only the columns that are asked about, and writes where it is told', () => {
    const compiled = compileEnsemble({ ...madeEnsemble(createRng(1), { features: 1, rounds: 3, leavesMax: 4 }) });
    const x = madeRows(createRng(2), 10, 1);
    const out = new Float64Array(10).fill(7);
    expect(rawScores(compiled, x, out)).toBe(out);
    expect(out).toEqual(rawScores(compiled, x));
    expect(() => rawScores(compiled, { rows: 10, columns: [] })).toThrow('columns');
  });

  it('of trees of one leaf is their sum', () => {
    const ensemble = madeEnsemble(createRng(3), { features: 2, rounds: 4, leavesMax: 1 });
    const sum = ensemble.trees.reduce((total, tree) => total + tree.leafValue[0]!, 0);
    expect([...rawScores(compileEnsemble(ensemble), madeRows(createRng(1), 2, 2))]).toEqual([sum, sum]);
  });
});

function walk(tree: Tree, valueIn: (column: number) => number): number {
  let node = tree.splitFeature.length > 0 ? 0 : -1;
  while (node >= 0) {
    const value = valueIn(tree.splitFeature[node]!);
    const isZero = Math.abs(value) <= ZERO_SIZE_MAX;
    node = (goesLeft(tree, node, isZero ? 0 : value) ? tree.leftChild : tree.rightChild)[node]!;
  }
  return ~node;
}

describe('what an objective makes of a score', () => {
  const convert = (
    name: ObjectiveName,
    scores: readonly number[],
    settings: { sigmoid?: number; sqrt?: true } = {},
  ) => [
    ...convertScores(
      { objective: { name, ...settings }, treesPerRound: name.startsWith('multiclass') ? 3 : 1 },
      Float64Array.from(scores),
    ),
  ];

  it('is a probability, one a class, a rate, or the score itself', () => {
    for (const score of [-3, -0.25, 0, 0.5, 2]) {
      expect(convert('binary', [score])[0]).toBeCloseTo(1 / (1 + Math.exp(-score)), 14);
      expect(convert('binary', [score], { sigmoid: 2 })[0]).toBeCloseTo(1 / (1 + Math.exp(-2 * score)), 14);
      expect(convert('cross_entropy', [score])[0]).toBeCloseTo(1 / (1 + Math.exp(-score)), 14);
      expect(convert('cross_entropy_lambda', [score])[0]).toBeCloseTo(Math.log1p(Math.exp(score)), 14);
      for (const name of ['poisson', 'gamma', 'tweedie'] as const)
        expect(convert(name, [score])[0]).toBeCloseTo(Math.exp(score), 13);
      for (const name of [
        'regression',
        'regression_l1',
        'huber',
        'fair',
        'quantile',
        'mape',
        'lambdarank',
        'custom',
      ] as const)
        expect(convert(name, [score])).toEqual([score]);
      expect(convert('regression', [score], { sqrt: true })).toEqual([Math.sign(score) * score * score]);
    }
  });

  it('sums to one over the classes under softmax, and does not one against all', () => {
    const softmax = convert('multiclass', [1, 2, 3, -1000, 0, 1000]);
    const weights = [1, 2, 3].map(Math.exp);
    const total = weights.reduce((a, b) => a + b);
    weights.forEach((weight, k) => {
      expect(softmax[k]).toBeCloseTo(weight / total, 14);
    });
    expect(softmax.slice(3)).toEqual([0, 0, 1]);
    expect(convert('multiclassova', [0, 0, 0])).toEqual([0.5, 0.5, 0.5]);
  });

  it('does not overflow', () => {
    expect(convert('binary', [-1e4])).toEqual([0]);
    expect(convert('cross_entropy_lambda', [1e4])).toEqual([1e4]);
    expect(
      predictions(compileEnsemble(madeEnsemble(createRng(1), { features: 1, rounds: 0, leavesMax: 1 })), {
        rows: 2,
        columns: [],
      }),
    ).toEqual(new Float64Array(2));
  });
});
