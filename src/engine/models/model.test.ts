import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Matrix } from '../frame/matrix.js';
import { drawNormal } from '../random/draws.js';
import { createRng } from '../random/xoshiro128.js';
import { solveByAdam } from './adam-logistic.js';
import { bench } from './gbm.bench.js';
import { classifierOf, type FittedModel, MODELS } from './index.js';
import type { Classifier, Hyperparams } from './model.js';
import { solveLogistic } from './newton-logistic.js';

const SMALL: Hyperparams = { nEstimators: 25 };

function sample(rows: number, seed: number, options: { columns?: number; missing?: number } = {}) {
  const rng = createRng(seed);
  const columns = Array.from({ length: options.columns ?? 3 }, () =>
    Float64Array.from({ length: rows }, () => (rng.float() < (options.missing ?? 0) ? NaN : drawNormal(rng))),
  );
  const x: Matrix = { rows, names: columns.map((_, j) => `f${j}`), columns };
  // The first column decides; where it is missing the row is FLAT.
  const y = Int8Array.from({ length: rows }, (_, i) => {
    const value = columns[0]![i]!;
    return value > 0.4 ? 2 : value < -0.4 ? 0 : 1;
  });
  return { x, y };
}

const learn = (model: Classifier<FittedModel>, x: Matrix, y: Int8Array, seed = 1) =>
  model.fit({ x, y, params: { ...model.defaults, ...SMALL }, rng: createRng(seed) });

const accuracy = (probabilities: Float64Array, y: Int8Array) =>
  y.filter((code, i) => [0, 1, 2].every((k) => probabilities[i * 3 + k]! <= probabilities[i * 3 + code]!)).length /
  y.length;

function expectProbabilities(probabilities: Float64Array, rows: number): void {
  expect(probabilities).toHaveLength(rows * 3);
  for (let i = 0; i < rows; i++) {
    const row = [...probabilities.subarray(i * 3, i * 3 + 3)];
    expect(row.every((p) => p >= 0 && p <= 1)).toBe(true);
    expect(Math.abs(row[0]! + row[1]! + row[2]! - 1)).toBeLessThan(1e-12);
  }
}

describe.each(MODELS.map((model) => [model.name, model] as const))('%s keeps the contract', (_, model) => {
  it('gives the same fit for the same seed and survives JSON', () => {
    const { x, y } = sample(300, 1, { missing: 0.05 });
    const fitted = learn(model, x, y);
    const text = JSON.stringify(fitted);
    expect(JSON.stringify(learn(model, x, y))).toBe(text);
    expect(model.predict(JSON.parse(text) as FittedModel, x)).toEqual(model.predict(fitted, x));
  });

  it('learns a planted signal and tells which column it was', () => {
    const { x, y } = sample(600, 2);
    const fresh = sample(300, 3);
    const fitted = learn(model, x, y);
    expect(accuracy(model.predict(fitted, fresh.x), fresh.y)).toBeGreaterThan(0.75);
    const gains = model.importance(fitted, x.names);
    expect(gains.map(({ name }) => name)).toEqual(x.names);
    expect(gains[0]!.gain).toBeGreaterThan(3 * Math.max(gains[1]!.gain, gains[2]!.gain));
  });

  it('indexes probabilities by class, not by the order of the sample; an unseen class has 0', () => {
    const { x, y } = sample(300, 4);
    const withoutFlat = y.map((code) => (code === 1 ? 2 : code));
    const probabilities = model.predict(learn(model, x, withoutFlat), x);
    expectProbabilities(probabilities, 300);
    expect(probabilities.filter((_p, at) => at % 3 === 1).every((p) => p === 0)).toBe(true);
    expect(accuracy(probabilities, withoutFlat)).toBeGreaterThan(0.8);
    const reversed = { ...x, columns: x.columns.map((column) => column.slice().reverse()) };
    const turned = model.predict(learn(model, reversed, y.slice().reverse()), x);
    expect(accuracy(turned, y)).toBeGreaterThan(0.75);
  });

  it('is certain after one class, calm with constant and with wholly missing columns', () => {
    const { x, y } = sample(80, 5);
    const only = model.predict(learn(model, x, new Int8Array(80).fill(2)), x);
    expect([...only.subarray(0, 3)]).toEqual([0, 0, 1]);
    const dull = {
      ...x,
      columns: [new Float64Array(80).fill(3), new Float64Array(80).fill(NaN), new Float64Array(80)],
    };
    expectProbabilities(model.predict(learn(model, dull, y), x), 80);
  });

  it('takes NaN and infinities as not known, in training and after', () => {
    const { x, y } = sample(300, 6, { missing: 0.2 });
    x.columns[1]![7] = Infinity;
    const fitted = learn(model, x, y);
    expectProbabilities(model.predict(fitted, x), 300);
    const blank = { rows: 2, names: x.names, columns: x.names.map(() => Float64Array.of(NaN, -Infinity)) };
    const probabilities = model.predict(fitted, blank);
    expectProbabilities(probabilities, 2);
    expect([...probabilities.subarray(0, 3)]).toEqual([...probabilities.subarray(3)]);
  });

  it('says why it cannot learn from nothing, and stops when asked', () => {
    const empty = { rows: 0, names: ['f0'], columns: [new Float64Array(0)] };
    expect(() => learn(model, empty, new Int8Array(0))).toThrow(/no rows/);
    const { x, y } = sample(60, 7);
    const stopped = { params: SMALL, rng: createRng(1), control: { shouldStop: () => true } };
    expect(() => model.fit({ x, y, ...stopped })).toThrow(/stopped/);
    expectProbabilities(
      model.predict(
        learn(model, x.rows > 0 ? { ...x, rows: 1, columns: x.columns.map((c) => c.slice(0, 1)) } : x, y.slice(0, 1)),
        x,
      ),
      60,
    );
  });
});

describe('gbm', () => {
  const gbm = classifierOf('xgb');

  it('sends missing values where they gain', () => {
    const rng = createRng(8);
    const column = Float64Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? NaN : drawNormal(rng)));
    const y = Int8Array.from(column, (value) => (Number.isNaN(value) ? 2 : value > 0 ? 2 : 0));
    const x = { rows: 400, names: ['f0'], columns: [column] };
    const probabilities = gbm.predict(learn(gbm, x, y), x);
    expect(accuracy(probabilities, y)).toBeGreaterThan(0.98);
    for (let i = 0; i < 400; i += 4) expect(probabilities[i * 3 + 2]).toBeGreaterThan(0.9);
  });

  it('does not depend on the order of rows when all of them are used: the histogram sums are whole numbers', () => {
    const { x, y } = sample(500, 9, { columns: 6 });
    const all = { ...SMALL, subsample: 1, colsample: 1 };
    const turned = { ...x, columns: x.columns.map((column) => column.slice().reverse()) };
    const one = gbm.fit({ x, y, params: all, rng: createRng(1) });
    const two = gbm.fit({ x: turned, y: y.slice().reverse(), params: all, rng: createRng(1) });
    expect(JSON.stringify(two)).toBe(JSON.stringify(one));
  });

  it('has a bench that runs', () => expect(bench('small').hash).toMatch(/^[0-9a-f]{64}$/));
});

describe('logit', () => {
  const file = join(process.cwd(), '../shared/data/calibration/calibration_reference.json');
  it.skipIf(!existsSync(file))('equals scikit-learn with C = 1 (skipped without ../shared/data)', () => {
    const reference = JSON.parse(readFileSync(file, 'utf8'));
    const score = Float64Array.from(reference.score as number[]);
    const design = [score, score.map((s) => s * s)];
    const [vector] = solveLogistic(design, Int8Array.from(reference.label as number[]), 2, 1);
    const { coef, intercept } = reference.logistic_l2_C1;
    // scikit-learn's own L-BFGS stops at 1e-4 of the gradient.
    expect(Math.abs(vector![0]! - intercept)).toBeLessThan(1e-4);
    expect(Math.abs(vector![1]! - coef[0])).toBeLessThan(1e-4);
    expect(Math.abs(vector![2]! - coef[1])).toBeLessThan(1e-4);
  });

  it('comes to the same coefficients by Adam as by Newton', () => {
    const { x, y } = sample(200, 10, { columns: 2 });
    const target = y.map((code) => (code === 2 ? 1 : 0));
    const newton = solveLogistic(x.columns, target, 2, 1)[0]!;
    const adam = solveByAdam(
      x.columns,
      target,
      2,
      { epochs: 1500, batchSize: 200, learningRate: 0.02, l2: 1 },
      createRng(1),
    )[0]!;
    for (const [i, value] of newton.entries()) expect(Math.abs(adam[i]! - value)).toBeLessThan(0.01);
  });

  it('names the models it knows when asked for another', () => {
    expect(() => classifierOf('oracle')).toThrow(/known are logit/);
  });
});
