import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../random/xoshiro128.js';
import { applyBeta, fitBeta } from './beta.js';
import { applyIsotonic, fitIsotonic } from './isotonic.js';
import { applyVennAbers, fitVennAbers } from './venn-abers.js';

/** The definition: one isotonic fit with the row as no event, one with it as an event. */
function bruteForce(scores: Float64Array, labels: Uint8Array, score: number) {
  const [p0, p1] = [0, 1].map((label) =>
    applyIsotonic(fitIsotonic(Float64Array.of(...scores, score), Float64Array.of(...labels, label)), score),
  );
  return { p0: p0!, p1: p1! };
}

describe('Venn-Abers', () => {
  it('equals two isotonic fits for every score', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.boolean()), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(rows, fc.array(fc.integer({ min: -1, max: 26 }), { maxLength: 12 }), (list, asked) => {
        const scores = Float64Array.from(list, ([score]) => score);
        const labels = Uint8Array.from(list, ([, isEvent]) => (isEvent ? 1 : 0));
        const fitted = fitVennAbers(scores, (row) => labels[row] === 1);
        // Half steps lie between the calibration scores, and on both sides beyond them.
        for (const score of asked.map((value) => value / 2)) {
          const { p0, p1, p } = applyVennAbers(fitted, score);
          const wanted = bruteForce(scores, labels, score);
          expect(p0).toBeCloseTo(wanted.p0, 12);
          expect(p1).toBeCloseTo(wanted.p1, 12);
          expect(p).toBeCloseTo(p1 / (1 - p0 + p1), 15);
          expect(p).toBeGreaterThanOrEqual(p0);
          expect(p).toBeLessThanOrEqual(p1);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('says nothing without calibration rows, and nothing of an unknown score', () => {
    const empty = fitVennAbers(new Float64Array(0), () => true);
    expect(applyVennAbers(empty, 0.3)).toEqual({ p0: 0, p1: 1, p: 0.5 });
    expect(
      applyVennAbers(
        fitVennAbers(Float64Array.of(Number.NaN), () => true),
        1,
      ),
    ).toEqual({ p0: 0, p1: 1, p: 0.5 });
    expect(applyVennAbers(empty, Number.NaN).p).toBeNaN();
  });

  it('is calibrated on average, and survives JSON', () => {
    const rng = createRng(7);
    const draw = (rows: number) => Float64Array.from({ length: rows }, () => rng.float());
    const [train, test] = [draw(5000), draw(5000)];
    // Scores are probabilities squared: a model that is too shy.
    const happened = (score: number) => rng.float() < Math.sqrt(score);
    const labels = Array.from(train, happened);
    const fitted = JSON.parse(JSON.stringify(fitVennAbers(train, (row) => labels[row]!)));
    let [said, seen] = [0, 0];
    for (const score of test) {
      const { p, p0, p1 } = applyVennAbers(fitted, score);
      said += p;
      if (happened(score)) seen++;
      expect(Math.abs(p - Math.sqrt(score))).toBeLessThan(0.25);
      expect(p1).toBeGreaterThan(p0);
    }
    expect(Math.abs(said - seen) / 5000).toBeLessThan(0.03);
  });

  it('takes a hundred thousand rows in one go', () => {
    const rng = createRng(3);
    const scores = Float64Array.from({ length: 100_000 }, () => rng.float());
    const fitted = fitVennAbers(scores, (row) => rng.float() < scores[row]!);
    expect(fitted.p1.every((value, i) => i === 0 || value >= fitted.p1[i - 1]!)).toBe(true);
    expect(fitted.p0.every((value, i) => i === 0 || value >= fitted.p0[i - 1]! - 1e-15)).toBe(true);
  });
});

describe('beta calibration', () => {
  const rng = createRng(11);
  const predicted = Float64Array.from({ length: 20_000 }, () => rng.float());

  it('finds the curve that made the events', () => {
    const truth = { kind: 'beta', a: 0.5, b: 1.5, c: -0.3 } as const;
    const labels = Array.from(predicted, (q) => rng.float() < applyBeta(truth, q));
    const { a, b, c } = fitBeta(predicted, (row) => labels[row]!);
    expect(Math.abs(a - 0.5)).toBeLessThan(0.08);
    expect(Math.abs(b - 1.5)).toBeLessThan(0.08);
    expect(Math.abs(c + 0.3)).toBeLessThan(0.08);
  });

  it('leaves calibrated probabilities alone, never falls, and is the identity with one class', () => {
    const labels = Array.from(predicted, (q) => rng.float() < q);
    const curve = fitBeta(predicted, (row) => labels[row]!);
    for (const q of [0.1, 0.5, 0.9]) expect(Math.abs(applyBeta(curve, q) - q)).toBeLessThan(0.03);
    const upsideDown = fitBeta(predicted, (row) => !labels[row]!);
    expect(applyBeta(upsideDown, 0.9)).toBeGreaterThanOrEqual(applyBeta(upsideDown, 0.1));
    expect(fitBeta(predicted, () => true)).toEqual({ kind: 'beta', a: 1, b: 1, c: 0 });
    expect(applyBeta(curve, 0)).toBeGreaterThanOrEqual(0);
    expect(applyBeta(curve, 1)).toBeLessThanOrEqual(1);
  });
});
