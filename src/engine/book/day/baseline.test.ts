import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type BaselineInput, baselineOf } from './baseline.js';

const golden = JSON.parse(readFileSync(new URL('golden/baseline.json', import.meta.url), 'utf8'));
const input: BaselineInput = {
  features: golden.features.map((column: number[]) => Float64Array.from(column)),
  returns: Float64Array.from(golden.returns),
  directions: Float64Array.from(golden.directions),
};

const record = (counts: ReadonlyMap<number, number>) => Object.fromEntries(counts);

test('ridge and logistic regression give the figures of scikit-learn', () => {
  const { samples, train, test: tested, regression, classification } = baselineOf(input);
  expect([samples, train, tested]).toEqual([golden.samples, golden.train, golden.test]);
  expect(regression.mse).toBeCloseTo(golden.mse, 14);
  expect(regression.naiveMse).toBeCloseTo(golden.naiveMse, 14);
  expect(regression.mseRatio).toBeCloseTo(golden.mse / golden.naiveMse, 9);
  expect(regression.r2).toBeCloseTo(golden.r2, 9);
  expect(classification.accuracy).toBe(golden.accuracy);
  expect(classification.naiveAccuracy).toBe(golden.naiveAccuracy);
  expect(classification.liftOverNaive).toBe(golden.accuracy - golden.naiveAccuracy);
  expect(record(classification.classAccuracy)).toEqual(golden.classAccuracy);
  expect(record(classification.classDistribution)).toEqual(golden.classDistribution);
});

test('one class and a target that never moves have figures, too few samples are refused', () => {
  const flat = { ...input, returns: new Float64Array(120), directions: new Float64Array(120) };
  const { regression, classification } = baselineOf(flat);
  expect(regression).toMatchObject({ mse: 0, naiveMse: 0, mseRatio: null, r2: null });
  expect(classification).toMatchObject({ accuracy: 1, naiveAccuracy: 1, liftOverNaive: 0 });
  expect(record(classification.classDistribution)).toEqual({ 0: 120 });
  const short = input.features.map((column) => column.slice(0, 49));
  expect(() =>
    baselineOf({ features: short, returns: input.returns.slice(0, 49), directions: input.directions.slice(0, 49) }),
  ).toThrow('needs 50 samples');
});
