import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawNormal } from '../random/draws.js';
import { createRng } from '../random/xoshiro128.js';
import { designColumns } from './logit-features.js';
import { fitRidge, predictRidge } from './ridge.js';

const matrixOf = (columns: readonly (readonly number[])[], rows = columns[0]?.length ?? 0) => ({
  rows,
  names: columns.map((_, j) => `f${j}`),
  columns: columns.map((column) => Float64Array.from(column)),
});

function planted(rows: number, seed: number) {
  const rng = createRng(seed);
  const columns = [0, 1, 2].map(() => Array.from({ length: rows }, () => drawNormal(rng)));
  const y = Float64Array.from(
    { length: rows },
    (_, i) => 5 + 2 * columns[0]![i]! - 3 * columns[1]![i]! + 0.1 * drawNormal(rng),
  );
  return { x: matrixOf(columns), y };
}

describe('ridge', () => {
  it('finds the planted line', () => {
    const { x, y } = planted(2000, 1);
    const predicted = predictRidge(fitRidge(x, y, { l2: 1e-6 }), x);
    const error = Math.sqrt(predicted.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0) / 2000);
    expect(error).toBeGreaterThan(0.08);
    expect(error).toBeLessThan(0.12);
  });

  it('stands where the gradient of its objective vanishes', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0.01, 1, 50), (seed, l2) => {
        const { x, y } = planted(60, seed);
        const fitted = fitRidge(x, y, { l2 });
        const left = predictRidge(fitted, x).map((value, i) => value - y[i]!);
        expect(Math.abs(left.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-9);
        designColumns(x, fitted.scales).forEach((column, j) => {
          const slope = column.reduce((sum, value, i) => sum + value * left[i]!, 0);
          expect(Math.abs(slope + l2 * fitted.coefficients[j]!)).toBeLessThan(1e-8);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('a large penalty leaves the mean', () => {
    const { x, y } = planted(100, 3);
    const mean = y.reduce((sum, value) => sum + value, 0) / 100;
    for (const value of predictRidge(fitRidge(x, y, { l2: 1e12 }), x)) expect(value).toBeCloseTo(mean, 6);
  });

  it('takes missing, infinite, constant and repeated columns', () => {
    const { x, y } = planted(200, 4);
    const odd = {
      rows: 200,
      names: ['signal', 'constant', 'nothing', 'holes', 'again'],
      columns: [
        x.columns[0]!,
        new Float64Array(200).fill(7),
        new Float64Array(200).fill(Number.NaN),
        x.columns[1]!.map((value, i) => (i % 7 === 0 ? Number.NaN : i % 11 === 0 ? Number.POSITIVE_INFINITY : value)),
        x.columns[0]!,
      ],
    };
    for (const l2 of [0, 1]) {
      const fitted = fitRidge(odd, y, { l2 });
      expect(predictRidge(fitted, odd).every(Number.isFinite)).toBe(true);
      expect(fitted.scales[1]!.scale).toBe(0);
    }
  });

  it('leaves out rows without a target, and says when none is left', () => {
    const { x, y } = planted(50, 5);
    const holes = y.map((value, i) => (i >= 40 ? Number.NaN : value));
    const short = matrixOf(x.columns.map((column) => [...column.slice(0, 40)]));
    expect(fitRidge(x, holes)).toEqual(fitRidge(short, y.slice(0, 40)));
    expect(() =>
      fitRidge(
        x,
        y.map(() => Number.NaN),
      ),
    ).toThrow(/no rows with a target/);
    expect(() => fitRidge(matrixOf([[]], 0), new Float64Array(0))).toThrow(/no rows with a target/);
    const [one] = predictRidge(fitRidge(matrixOf([[3]]), Float64Array.of(9)), matrixOf([[4]]));
    expect(one).toBe(9);
  });

  it('survives JSON, and is the same twice', () => {
    const { x, y } = planted(80, 6);
    const fitted = fitRidge(x, y);
    expect(fitRidge(x, y)).toEqual(fitted);
    expect(predictRidge(JSON.parse(JSON.stringify(fitted)), x)).toEqual(predictRidge(fitted, x));
  });

  it('keeps its digits at a large level', () => {
    const { x, y } = planted(500, 8);
    const low = predictRidge(fitRidge(x, y), x);
    const high = predictRidge(
      fitRidge(
        x,
        y.map((value) => value + 1e9),
      ),
      x,
    );
    expect(Math.max(...high.map((value, i) => Math.abs(value - 1e9 - low[i]!)))).toBeLessThan(1e-5);
  });
});
