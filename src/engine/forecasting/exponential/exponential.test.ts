/** The parts of exponential smoothing, each against what is known of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeSeries } from '../made-series.fixture.js';
import { areRootsWithin } from './admissible.js';
import { candidateModels } from './ets.js';
import { fitSmoothing } from './fit.js';
import { layoutOf, pointSize, type SmoothingModel, SmoothingRun } from './recursion.js';
import { fitSes } from './ses.js';

const MODELS = candidateModels(new Float64Array(100).fill(5), { season: 4 });
const nameOf = ({ error, trend, season }: SmoothingModel) => `${error} error, trend ${trend}, season ${season}`;

/** Coefficients, highest power first, of the polynomial with these roots and those conjugate to them. */
function polynomialOf(real: readonly number[], pairs: readonly (readonly [number, number])[]): number[] {
  const times = (one: readonly number[], other: readonly number[]) => {
    const product = new Array<number>(one.length + other.length - 1).fill(0);
    one.forEach((a, i) => {
      other.forEach((b, j) => {
        product[i + j] = product[i + j]! + a * b;
      });
    });
    return product;
  };
  const factors = [...real.map((root) => [1, -root]), ...pairs.map(([re, im]) => [1, -2 * re, re * re + im * im])];
  return factors.reduce((product, factor) => times(product, factor), [1]);
}

describe('the roots of a polynomial', () => {
  it('lie within the circle exactly when the largest of them does', () => {
    const part = fc.double({ min: -1.3, max: 1.3, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 3 }),
        fc.array(fc.tuple(part, part), { minLength: 1, maxLength: 3 }),
        (real, pairs) => {
          const largest = Math.max(...real.map(Math.abs), ...pairs.map(([re, im]) => Math.hypot(re, im)));
          fc.pre(Math.abs(largest - 1) > 1e-3);
          expect(areRootsWithin(polynomialOf(real, pairs), 1)).toBe(largest < 1);
        },
      ),
    );
  });

  it('are measured against the radius given', () => {
    expect(areRootsWithin([1, -1.5], 1.6)).toBe(true);
    expect(areRootsWithin([1, -1.5], 1.4)).toBe(false);
  });
});

describe('the models tried', () => {
  it('are the fifteen of the admissible space', () => expect(new Set(MODELS.map(nameOf)).size).toBe(15));

  it('leave out what multiplies where a value is not above zero, and seasons that are not there twice', () => {
    const withZero = candidateModels(
      Float64Array.from({ length: 100 }, (_, t) => t % 9),
      { season: 4 },
    );
    expect(withZero.every(({ error, season }) => error === 'additive' && season !== 'multiplicative')).toBe(true);
    expect(candidateModels(new Float64Array(7).fill(5), { season: 4 }).every(({ season }) => season === 'none')).toBe(
      true,
    );
    expect(candidateModels(new Float64Array(4).fill(5), {})).toEqual([]);
  });
});

describe.each(MODELS.map((model) => [nameOf(model), model] as const))('%s', (_, model) => {
  const values = madeSeries({ rows: 60, seed: 6, slope: 1, season: 4, swing: 15 });

  it('ends better than it began, inside the box, and its errors are what its forecasts missed', () => {
    const fitted = fitSmoothing(values, model, 'likelihood')!;
    const { alpha, beta, gamma, phi } = fitted.weights;
    expect(alpha).toBeGreaterThanOrEqual(1e-4);
    expect(alpha).toBeLessThanOrEqual(0.9999);
    if (beta !== null) expect(beta).toBeLessThanOrEqual(alpha);
    if (gamma !== null) expect(gamma).toBeLessThanOrEqual(1 - alpha);
    if (phi !== null) expect(phi).toBeLessThanOrEqual(0.98);
    expect([beta === null, gamma === null, phi === null]).toEqual([
      model.trend === 'none',
      model.season === 'none',
      model.trend !== 'damped',
    ]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(fitted.meanSquare).toBeLessThan(spread);
  });

  it('a series of another size is fitted the same, also one far below 1', () => {
    const small = fitSmoothing(
      values.map((value) => value * 2 ** -40),
      model,
      'squares',
    )!;
    const usual = fitSmoothing(values, model, 'squares')!;
    expect(Math.sqrt(small.meanSquare) * 2 ** 40).toBeLessThan(1.1 * Math.sqrt(usual.meanSquare));
  });
});

it('both loops of the recursion give the same numbers', () => {
  const values = madeSeries({ rows: 50, seed: 8, slope: 2 });
  const plain: SmoothingModel = { error: 'additive', trend: 'damped', season: 'none', period: 1 };
  // A season of one figure that adds nothing is no season.
  const general: SmoothingModel = { ...plain, season: 'additive' };
  const [one, other] = [new SmoothingRun(plain), new SmoothingRun(general)];
  const point = [0.4, 0.1, 0.9, 90, 1];
  expect(point).toHaveLength(pointSize(plain));
  const withSeason = [0.4, 0.1, 0, 0.9, 90, 1];
  expect(layoutOf(general).seasonal).toBe(withSeason.length);
  one.begin(point);
  other.begin(withSeason);
  const [a, b] = [new Float64Array(50), new Float64Array(50)];
  one.walk(values, point, a);
  other.walk(values, withSeason, b);
  a.forEach((value, t) => {
    expect(value).toBeCloseTo(b[t]!, 8);
  });
  expect(one.squares).toBeCloseTo(other.squares, 6);
});

it('simple smoothing finds no worse a fit than the simplex, on any series', () => {
  const model: SmoothingModel = { error: 'additive', trend: 'none', season: 'none', period: 1 };
  const squaresOf = (values: Float64Array, alpha: number, first: number) => {
    let [level, squares] = [first, 0];
    for (const value of values) {
      squares += (value - level) ** 2;
      level += alpha * (value - level);
    }
    return squares;
  };
  fc.assert(
    fc.property(fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 6, maxLength: 60 }), (list) => {
      const values = Float64Array.from(list);
      const { alpha, first } = fitSes(values);
      const searched = fitSmoothing(values, model, 'squares')!;
      const theirs = searched.meanSquare * values.length;
      // A valley narrower than a tenth may hide between the looks: then ours is next to it, not in it.
      expect(squaresOf(values, alpha, first)).toBeLessThanOrEqual(1.02 * theirs + 1e-9);
    }),
    { numRuns: 60 },
  );
});
