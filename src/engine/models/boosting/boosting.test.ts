import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawNormal } from '../../random/draws.js';
import { createRng } from '../../random/xoshiro128.js';
import { compileEnsemble } from '../trees/compile.js';
import { gainImportance, splitImportance } from '../trees/importance.js';
import { predictions } from '../trees/output.js';
import { leafIndices, rawScores } from '../trees/predict.js';
import { readLightgbm } from '../trees/read-lightgbm.js';
import { writeLightgbm } from '../trees/write-lightgbm.js';
import { type BoostingInput, fitBoosting } from './fit-boosting.js';
import { objectiveOf } from './objective.js';
import { BOOSTING_DEFAULTS, BOOSTING_OBJECTIVES, type BoostingParams } from './params.js';
import { percentile } from './percentile.js';

const matrixOf = (columns: Float64Array[]) => ({
  rows: columns[0]!.length,
  names: columns.map((_, j) => `f${j}`),
  columns,
});

const learn = (
  columns: Float64Array[],
  y: Float64Array,
  params: Partial<BoostingParams>,
  more: Partial<BoostingInput> = {},
) => fitBoosting({ x: matrixOf(columns), y, params, rng: createRng(1), ...more });

/** One tree that may cut wherever it gains, and says all it has to say. */
const FREE: Partial<BoostingParams> = {
  numIterations: 1,
  learningRate: 1,
  minDataInLeaf: 0,
  minSumHessianInLeaf: 0,
  minDataInBin: 1,
};

function normals(rows: number, columns: number, seed: number, missing = 0): Float64Array[] {
  const rng = createRng(seed);
  return Array.from({ length: columns }, () =>
    Float64Array.from({ length: rows }, () => (rng.float() < missing ? NaN : drawNormal(rng))),
  );
}

/** Labels that the objective takes, following the first column. */
function labelsFor(objective: BoostingParams['objective'], columns: Float64Array[], seed: number): Float64Array {
  const rng = createRng(seed);
  return Float64Array.from(columns[0]!, (value) => {
    const score = 2 * (value || 0) + drawNormal(rng);
    if (objective === 'binary') return score > 0 ? 1 : 0;
    if (objective === 'multiclass') return score > 1 ? 2 : score > -1 ? 1 : 0;
    return objective === 'poisson' || objective === 'tweedie' ? Math.max(0, Math.round(score)) : score;
  });
}

const named = (objective: BoostingParams['objective']) => ({
  objective,
  numClass: objective === 'multiclass' ? 3 : 1,
});

describe.each(BOOSTING_OBJECTIVES)('%s keeps the contract:', (objective) => {
  const columns = normals(700, 4, 1, 0.05);
  const y = labelsFor(objective, columns, 2);
  const params = { ...named(objective), numIterations: 15, numLeaves: 8 };

  it('same seed, same bytes; another seed, another sample; survives JSON and LightGBM text', () => {
    const sampled = { ...params, baggingFraction: 0.5, baggingFreq: 1, featureFraction: 0.6 };
    const one = learn(columns, y, sampled).ensemble;
    expect(JSON.stringify(learn(columns, y, sampled).ensemble)).toBe(JSON.stringify(one));
    expect(JSON.stringify(learn(columns, y, sampled, { rng: createRng(2) }).ensemble)).not.toBe(JSON.stringify(one));
    const scores = rawScores(compileEnsemble(one), matrixOf(columns));
    expect(rawScores(compileEnsemble(JSON.parse(JSON.stringify(one))), matrixOf(columns))).toEqual(scores);
    expect(rawScores(compileEnsemble(readLightgbm(writeLightgbm(one))), matrixOf(columns))).toEqual(scores);
  });

  it('learns a planted signal: the loss of fresh rows falls, and the column that made it gains most', () => {
    const fresh = normals(400, 4, 3, 0.05);
    const validation = { x: matrixOf(fresh), y: labelsFor(objective, fresh, 4) };
    const { losses, ensemble } = learn(columns, y, params, { validation });
    expect(losses).toHaveLength(15);
    expect(losses[14]!).toBeLessThan(losses[0]!);
    const gains = gainImportance(ensemble);
    expect(gains[0]!).toBeGreaterThan(3 * Math.max(...gains.subarray(1)));
    expect(splitImportance(ensemble).reduce((sum, count) => sum + count)).toBeGreaterThan(15);
  });

  it('counts the rows that prediction sends to each leaf: bins and thresholds agree', () => {
    const { ensemble } = learn(columns, y, params);
    const leaves = leafIndices(compileEnsemble(ensemble), matrixOf(columns));
    ensemble.trees.forEach(({ leafCount }, tree) => {
      const counts = new Array<number>(leafCount.length).fill(0);
      for (let row = 0; row < 700; row++) counts[leaves[row * ensemble.trees.length + tree]!]! += 1;
      expect(counts).toEqual(leafCount);
    });
  });

  it('descends on the derivatives of the loss it tells', () => {
    const known = objectiveOf({ ...BOOSTING_DEFAULTS, ...named(objective), alpha: 0.7 });
    const outputs = objective === 'multiclass' ? 3 : 1;
    const rng = createRng(5);
    for (let i = 0; i < 50; i++) {
      const label = objective === 'binary' ? rng.below(2) : rng.below(3);
      const scores = Float64Array.from({ length: outputs }, () => 0.1 + drawNormal(rng));
      const columnsOf = () => Array.from({ length: outputs }, () => new Float64Array(1));
      const [gradients, hessians] = [columnsOf(), columnsOf()];
      const rows = {
        scores: Array.from(scores, (score) => Float64Array.of(score)),
        labels: Float64Array.of(label),
        exps: (column: Float64Array) => column.set(column.map(Math.exp)),
      };
      known.derive(rows, gradients, hessians);
      for (let k = 0; k < outputs; k++) {
        const at = (step: number) => {
          const moved = scores.slice();
          moved[k]! += step;
          return known.lossOf(label, moved);
        };
        const slope = (at(1e-6) - at(-1e-6)) / 2e-6;
        // The squared error is told whole and descended on by half.
        const factor = objective === 'regression' ? 0.5 : 1;
        expect(Math.abs(gradients[k]![0]! - factor * slope)).toBeLessThan(1e-4 * Math.max(1, Math.abs(slope)));
      }
    }
  });

  it('takes one row, a constant target, wholly missing and constant columns', () => {
    const dull = [new Float64Array(60).fill(NaN), new Float64Array(60).fill(3)];
    for (const label of [1, 0]) {
      if (label === 0 && (objective === 'poisson' || objective === 'tweedie')) continue;
      const { ensemble } = learn(dull, new Float64Array(60).fill(label), params);
      const told = predictions(compileEnsemble(ensemble), matrixOf(dull));
      const width = objective === 'multiclass' ? 3 : 1;
      for (let row = 0; row < 60; row++) {
        const p = told[row * width + (width === 3 ? label : 0)]!;
        expect(Math.abs(p - (width === 3 ? 1 : label))).toBeLessThan(1e-9);
      }
    }
    expect(learn([Float64Array.of(2)], Float64Array.of(1), params).ensemble.trees).toHaveLength(
      objective === 'multiclass' ? 3 : 1,
    );
  });

  it('says what it cannot learn from', () => {
    const code = (change: Partial<BoostingInput>, more: Partial<BoostingParams> = {}) => {
      try {
        learn(columns, y, { ...params, ...more }, change);
      } catch (error) {
        return (error as { code?: string }).code;
      }
      return 'none';
    };
    const spoiled = (value: number) => y.map((label, row) => (row === 3 ? value : label));
    expect(code({ y: spoiled(NaN) })).toBe('label_unfit');
    expect(code({ y: spoiled(Infinity) })).toBe('label_unfit');
    const isFree = ['regression', 'regression_l1', 'huber', 'quantile'].includes(objective);
    expect(code({ y: spoiled(-1) })).toBe(isFree ? 'none' : 'label_unfit');
    const infinite = columns.map((column, j) => (j === 1 ? column.with(5, -Infinity) : column));
    expect(code({ x: matrixOf(infinite) })).toBe('feature_infinite');
    expect(code({ x: matrixOf([new Float64Array(0)]), y: new Float64Array(0) })).toBe('nothing_to_fit');
    expect(code({ weights: y.map(() => -1) })).toBe('weight_unfit');
    expect(code({ weights: y.map(() => 0) })).toBe('nothing_to_fit');
    expect(code({}, { learningRate: 0 })).toBe('invalid_parameter');
    expect(code({}, { numLeaves: 1 })).toBe('invalid_parameter');
    expect(code({}, { growth: 'depth' })).toBe('invalid_parameter');
    expect(code({}, { monotoneConstraints: [1] })).toBe('invalid_parameter');
    if (objective === 'poisson' || objective === 'tweedie') expect(code({ y: y.map(() => 0) })).toBe('label_unfit');
  });
});

describe('a tree', () => {
  it('makes the cut that brute force finds, missing values on either side or alone', () => {
    const rowArb = fc.tuple(
      fc.integer({ min: 0, max: 5 }),
      fc.option(fc.integer({ min: 0, max: 5 }), { nil: NaN }),
      fc.integer({ min: -8, max: 8 }),
    );
    fc.assert(
      fc.property(fc.array(rowArb, { minLength: 2, maxLength: 30 }), (rows) => {
        const columns = [Float64Array.from(rows, ([a]) => a), Float64Array.from(rows, ([, b]) => b)];
        const y = Float64Array.from(rows, ([, , label]) => label);
        const [tree] = learn(columns, y, { ...FREE, numLeaves: 2, lambdaL2: 1, boostFromAverage: false }).ensemble
          .trees;
        expect(Math.abs((tree!.splitGain[0] ?? 0) - bestGain(columns, [...y]))).toBeLessThan(1e-6);
      }),
    );
  });

  /** Every part of every column, missing values on either side. */
  function bestGain(columns: Float64Array[], y: number[]): number {
    const term = (chosen: number[]) => chosen.reduce((sum, x) => sum + x, 0) ** 2 / (chosen.length + 1);
    let best = 0;
    for (const column of columns) {
      for (const cut of column.filter((value) => !Number.isNaN(value))) {
        for (const missingLeft of [true, false]) {
          const isLeft = (i: number) => (Number.isNaN(column[i]!) ? missingLeft : column[i]! <= cut);
          const left = y.filter((_, i) => isLeft(i));
          const right = y.filter((_, i) => !isLeft(i));
          if (left.length > 0 && right.length > 0) best = Math.max(best, term(left) + term(right) - term(y));
        }
      }
    }
    return best;
  }

  it('grown leaf by leaf has as many leaves as allowed, none with fewer rows than asked', () => {
    const columns = normals(800, 4, 2, 0.1);
    const { ensemble } = learn(columns, normals(800, 1, 3)[0]!, { numIterations: 5, numLeaves: 13, minDataInLeaf: 20 });
    for (const { leafCount } of ensemble.trees) {
      expect(leafCount).toHaveLength(13);
      expect(Math.min(...leafCount)).toBeGreaterThanOrEqual(20);
      expect(leafCount.reduce((sum, rows) => sum + rows)).toBe(800);
    }
  });

  it('grown by depth splits whatever gains, down to its depth', () => {
    const columns = normals(800, 4, 4);
    const { ensemble } = learn(columns, normals(800, 1, 5)[0]!, { ...FREE, growth: 'depth', maxDepth: 4 });
    // A leaf of one row has nothing to part.
    const { leafCount } = ensemble.trees[0]!;
    expect(leafCount.length + leafCount.filter((rows) => rows === 1).length).toBeGreaterThanOrEqual(16);
    expect(leafCount.length).toBeLessThanOrEqual(16);
  });

  it('parts categories that no cut of numbers can part, few and many', () => {
    for (const count of [3, 40]) {
      const rng = createRng(6);
      const column = Float64Array.from({ length: 2000 }, () => rng.below(count));
      const y = column.map((category) => (category % 2 === 1 ? 5 : -5));
      const params = { ...FREE, numLeaves: 2, catSmooth: 1, catL2: 0, minDataPerGroup: 1, categoricalFeatures: [0] };
      const { ensemble } = learn([column], y, params);
      const told = predictions(compileEnsemble(ensemble), matrixOf([column]));
      expect(told.every((value, row) => Math.abs(value - y[row]!) < 0.01)).toBe(true);
      // A category that training never saw goes right, wherever that is.
      const unseen = rawScores(compileEnsemble(ensemble), matrixOf([Float64Array.of(999, -4, NaN)]));
      expect(new Set(unseen).size).toBe(1);
    }
  });
});

describe('monotone constraints', () => {
  it('hold for every row and any values, also across missing ones of other columns', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom('regression', 'binary', 'poisson' as const), (seed, objective) => {
        const columns = normals(300, 3, seed, 0.1);
        const y = labelsFor(objective, [columns[0]!.map((v, i) => Math.sin(3 * v) + (columns[1]![i] || 0))], seed + 1);
        const params = { objective, numIterations: 20, numLeaves: 10, minDataInLeaf: 3 } as const;
        const { ensemble } = learn(columns, y, { ...params, monotoneConstraints: [1, -1, 0] });
        const compiled = compileEnsemble(ensemble);
        const rng = createRng(seed);
        for (let i = 0; i < 10; i++) {
          const steps = Float64Array.from({ length: 60 }, (_, at) => (at - 30) / 8);
          const fixed = () => new Float64Array(60).fill(rng.float() < 0.2 ? NaN : drawNormal(rng));
          const rising = rawScores(compiled, matrixOf([steps, fixed(), fixed()]));
          const falling = rawScores(compiled, matrixOf([fixed(), steps, fixed()]));
          for (let at = 1; at < 60; at++) {
            expect(rising[at]! - rising[at - 1]!).toBeGreaterThanOrEqual(-1e-12);
            expect(falling[at]! - falling[at - 1]!).toBeLessThanOrEqual(1e-12);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it('are refused where leaves are percentiles, and on categories', () => {
    const columns = normals(50, 1, 1);
    const held = { monotoneConstraints: [1] };
    expect(() => learn(columns, columns[0]!, { ...held, objective: 'quantile' })).toThrow(/quantile/);
    expect(() => learn(columns, columns[0]!, { ...held, categoricalFeatures: [0] })).toThrow(/categorical/);
  });
});

describe('boosting', () => {
  it('finds a step whatever the unit of the target', () => {
    const columns = normals(500, 1, 3);
    for (const unit of [1e-9, 1, 1e12]) {
      const y = columns[0]!.map((value) => unit * (value > 0.3 ? 5 : -2));
      const { ensemble } = learn(columns, y, {
        numIterations: 200,
        learningRate: 0.2,
        minDataInLeaf: 1,
        minDataInBin: 1,
      });
      const scores = rawScores(compileEnsemble(ensemble), matrixOf(columns));
      // The bin that straddles the step cannot be told apart.
      expect(scores.filter((score, i) => Math.abs(score - y[i]!) < 0.1 * unit).length).toBeGreaterThan(490);
    }
  });

  it('takes a row of weight two for two rows', () => {
    const columns = normals(200, 2, 7, 0.1);
    const y = labelsFor('regression', columns, 8);
    const twice = (column: Float64Array) => Float64Array.of(...column, ...column.subarray(0, 100));
    const params = { minDataInLeaf: 0, minSumHessianInLeaf: 3, minDataInBin: 1, numIterations: 10 };
    const weights = Float64Array.from({ length: 200 }, (_, row) => (row < 100 ? 2 : 1));
    const weighted = learn(columns, y, params, { weights }).ensemble;
    const repeated = learn(columns.map(twice), twice(y), params).ensemble;
    const scores = [weighted, repeated].map((ensemble) => rawScores(compileEnsemble(ensemble), matrixOf(columns)));
    for (let row = 0; row < 200; row++) expect(Math.abs(scores[0]![row]! - scores[1]![row]!)).toBeLessThan(1e-3);
  });

  it('stops when validation does not get better, and keeps the rounds up to the best', () => {
    const columns = normals(300, 3, 9);
    const fresh = normals(300, 3, 10);
    const validation = { x: matrixOf(fresh), y: labelsFor('regression', fresh, 11) };
    const y = labelsFor('regression', columns, 12);
    const params = { numIterations: 500, learningRate: 0.3, earlyStoppingRounds: 7 };
    const stopped = learn(columns, y, params, { validation });
    const best = stopped.losses.indexOf(Math.min(...stopped.losses));
    expect(stopped.losses).toHaveLength(best + 8);
    expect(stopped.rounds).toBe(best + 1);
    expect(stopped.ensemble.trees).toHaveLength(best + 1);
    const scores = rawScores(compileEnsemble(stopped.ensemble), validation.x);
    const loss = scores.reduce((sum, score, i) => sum + (score - validation.y[i]!) ** 2, 0) / 300;
    expect(Math.abs(loss - stopped.losses[best]!)).toBeLessThan(1e-12);
  });

  it('learns nothing from validation: other labels there leave the trees as they are', () => {
    const columns = normals(300, 2, 13);
    const y = labelsFor('poisson', columns, 14);
    const validation = { x: matrixOf(normals(100, 2, 15, 0.3)), y: new Float64Array(100).fill(2) };
    const params = { objective: 'poisson', numIterations: 10 } as const;
    const one = learn(columns, y, params, { validation }).ensemble;
    const two = learn(columns, y, params, {
      validation: { ...validation, y: new Float64Array(100).fill(1e6) },
    }).ensemble;
    expect(two).toEqual(one);
    expect(learn(columns, y, params).ensemble).toEqual(one);
  });

  it('counts more columns than one pass of the kernel takes', () => {
    const columns = normals(120, 150, 16);
    const { ensemble } = learn(
      columns,
      columns[140]!.map((value) => Math.sign(value)),
      { ...FREE, numLeaves: 2 },
    );
    expect(ensemble.trees[0]!.splitFeature).toEqual([140]);
  });

  it('says so when scores leave the range of numbers', () => {
    const columns = normals(100, 1, 17);
    const y = columns[0]!.map((value) => (value > 0 ? 1e300 : 0));
    expect(() => learn(columns, y, { objective: 'poisson', learningRate: 1000, minSumHessianInLeaf: 0 })).toThrow(
      /range of numbers/,
    );
  });

  it('says so when a fit needs more than there is', () => {
    const columns = normals(3000, 300, 19);
    expect(() => learn(columns, columns[0]!, { numLeaves: 3000, minDataInLeaf: 1 })).toThrow(
      /Give fewer rows, columns or leaves/,
    );
  });

  it('stops when asked', () => {
    const columns = normals(100, 1, 18);
    expect(() => learn(columns, columns[0]!, {}, { control: { shouldStop: () => true } })).toThrow(/stopped/);
  });
});

describe('percentiles', () => {
  it('are those of the values in order', () => {
    const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, min: -1e9, max: 1e9 }));
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 2, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, alpha) => {
          const sorted = [...values].sort((a, b) => a - b);
          const position = (values.length - 1) * (1 - alpha);
          const at = values.length - 1 - Math.floor(position);
          const below = sorted[Math.max(0, at - 1)]!;
          const expected = sorted[at]! - (sorted[at]! - below) * (position - Math.floor(position));
          expect(percentile(Float64Array.from(values), undefined, alpha)).toBeCloseTo(expected, 6);
        },
      ),
    );
  });

  it('are linear between values, and follow weights', () => {
    const values = Float64Array.of(4, 1, 3, 2);
    expect(percentile(values, undefined, 0.5)).toBe(2.5);
    expect(percentile(values, undefined, 0.9)).toBeCloseTo(3.7, 12);
    expect(percentile(values, undefined, 0)).toBe(1);
    expect(percentile(values, undefined, 1)).toBe(4);
    expect(percentile(values, Float64Array.of(1, 1, 1, 5), 0.5)).toBe(2);
    expect(percentile(Float64Array.of(9), undefined, 0.2)).toBe(9);
  });
});
