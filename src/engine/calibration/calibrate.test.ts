import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brierScore, rankAuc, reliabilityBins } from '../metrics/probability.js';
import { createRng } from '../random/xoshiro128.js';
import { applyCalibration, fitCalibration } from './calibrate.js';
import { applyIsotonic, fitIsotonic } from './isotonic.js';
import { applyPlatt, fitPlatt } from './platt.js';

const file = join(process.cwd(), '../shared/data/calibration/calibration_reference.json');

describe.skipIf(!existsSync(file))('against scikit-learn 1.2.1 (skipped without ../shared/data)', () => {
  const reference = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const score = Float64Array.from((reference.score ?? []) as number[]);
  const label = (reference.label ?? []) as number[];
  const close = (values: number[], wanted: number[], bound: number) => {
    expect(values).toHaveLength(wanted.length);
    for (const [i, value] of values.entries()) expect(Math.abs(value - wanted[i]!)).toBeLessThan(bound);
  };

  it("Platt's numbers and predictions to 1e-4", () => {
    const sigmoid = fitPlatt(score, (i) => label[i] === 1);
    close([sigmoid.a, sigmoid.b], [reference.platt.a, reference.platt.b], 1e-4);
    close(
      (reference.platt.grid as number[]).map((s) => applyPlatt(sigmoid, s)),
      reference.platt.pred,
      1e-4,
    );
  });

  it('isotonic predictions and knots to 1e-9, also with weights', () => {
    const curve = fitIsotonic(score, label);
    close([...curve.x], reference.isotonic.x_thresholds, 1e-9);
    close([...curve.y], reference.isotonic.y_thresholds, 1e-9);
    close(
      (reference.isotonic.grid as number[]).map((s) => applyIsotonic(curve, s)),
      reference.isotonic.pred,
      1e-9,
    );
    const weighted = fitIsotonic(score, label, reference.weight);
    const { grid, pred } = reference.isotonic_weighted;
    close(
      (grid as number[]).map((s) => applyIsotonic(weighted, s)),
      pred,
      1e-9,
    );
  });

  it('AUC, Brier score and reliability bins to 1e-9', () => {
    const { a, b } = reference.platt;
    const predicted = score.map((s) => applyPlatt({ kind: 'sigmoid', a, b }, s));
    const rows = new Float64Array(score.length * 3);
    for (const [i, p] of predicted.entries()) rows.set([1 - p, 0, p], i * 3);
    const y = Int8Array.from(label, (one) => (one === 1 ? 2 : 0));
    expect(Math.abs(brierScore(rows, y)! - reference.metrics_platt.brier)).toBeLessThan(1e-9);
    expect(Math.abs(rankAuc(predicted, label)! - reference.metrics_platt.roc_auc)).toBeLessThan(1e-9);
    const curve = fitIsotonic(score, label);
    const isotonic = score.map((s) => applyIsotonic(curve, s));
    expect(Math.abs(rankAuc(isotonic, label)! - reference.metrics_isotonic.roc_auc)).toBeLessThan(1e-9);
    const bins = reliabilityBins(predicted, label);
    close(
      bins.map(({ shareHappened }) => shareHappened),
      reference.reliability_uniform_10.frac_pos,
      1e-9,
    );
    close(
      bins.map(({ meanPredicted }) => meanPredicted),
      reference.reliability_uniform_10.mean_pred,
      1e-9,
    );
  });
});

describe('isotonic regression', () => {
  it('equals the best rising step function by brute force (min-max formula)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 1 })), {
          minLength: 1,
          maxLength: 12,
        }),
        (pairs) => {
          const scores = Float64Array.from(pairs, ([s]) => s);
          const outcome = pairs.map(([, o]) => o);
          const curve = fitIsotonic(scores, outcome);
          const levels = [...new Set(scores)].sort((a, b) => a - b);
          const mean = (from: number, to: number) => {
            const inside = pairs.filter(([s]) => s >= from && s <= to);
            return inside.reduce((sum, [, o]) => sum + o, 0) / inside.length;
          };
          for (const level of levels) {
            const below = levels.filter((l) => l <= level);
            const above = levels.filter((l) => l >= level);
            const wanted = Math.max(...below.map((from) => Math.min(...above.map((to) => mean(from, to)))));
            expect(Math.abs(applyIsotonic(curve, level) - wanted)).toBeLessThan(1e-12);
          }
        },
      ),
    );
  });
});

describe('calibration of class probabilities', () => {
  /** A model that is too sure of itself: the truth is halfway to a third. */
  function overconfident(rows: number, seed: number) {
    const rng = createRng(seed);
    const probabilities = new Float64Array(rows * 3);
    const y = Int8Array.from({ length: rows }, (_, i) => {
      const favourite = rng.below(3);
      for (let k = 0; k < 3; k++) probabilities[i * 3 + k] = k === favourite ? 0.9 : 0.05;
      return rng.float() < 0.55 ? favourite : (favourite + 1 + rng.below(2)) % 3;
    });
    return { probabilities, y };
  }

  it.each(['sigmoid', 'isotonic'] as const)('%s improves the Brier score on fresh rows', (method) => {
    const { probabilities, y } = overconfident(2000, 1);
    const calibrator = fitCalibration(probabilities, y, method);
    expect(calibrator.method).toBe(method);
    const fresh = overconfident(2000, 2);
    const better = applyCalibration(calibrator, fresh.probabilities);
    expect(brierScore(better, fresh.y)!).toBeLessThan(brierScore(fresh.probabilities, fresh.y)! - 0.05);
    for (let i = 0; i < 2000; i++) expect(better[i * 3]! + better[i * 3 + 1]! + better[i * 3 + 2]!).toBeCloseTo(1, 12);
  });

  it('falls back from isotonic below 1000 rows and says so', () => {
    const { probabilities, y } = overconfident(999, 3);
    const { method, warnings } = fitCalibration(probabilities, y, 'isotonic');
    expect([method, warnings]).toEqual(['sigmoid', ['isotonic_fell_back_to_sigmoid']]);
    expect(fitCalibration(probabilities.slice(0, 30), y.slice(0, 10), 'sigmoid').warnings).toEqual([
      'calibration_skipped',
    ]);
  });

  it('keeps an unseen class at 0 and leaves rows that no model predicted as they are', () => {
    const { probabilities, y } = overconfident(300, 4);
    for (let i = 0; i < 300; i++) probabilities.set([probabilities[i * 3]!, 0, 1 - probabilities[i * 3]!], i * 3);
    probabilities.fill(NaN, 0, 3);
    const labels = y.map((code) => (code === 1 ? 2 : code));
    const calibrated = applyCalibration(fitCalibration(probabilities, labels, 'sigmoid'), probabilities);
    expect([...calibrated.subarray(0, 3)].every(Number.isNaN)).toBe(true);
    for (let i = 1; i < 300; i++) expect(calibrated[i * 3 + 1]).toBe(0);
  });
});
