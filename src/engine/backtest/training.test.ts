import { describe, expect, it } from 'vitest';
import { plantedMatrix } from './planted.fixture.js';
import { subsetMatrix } from './subset.js';
import { predictTrained, type TrainedModel, train } from './training.js';

const SPEC = { algo: 'logit', hyperparams: {}, calibration: 'sigmoid', seed: 7 } as const;
const SPLIT = { splits: 5, embargo: 0.01 };

describe('training', () => {
  it('reports out-of-fold numbers, and the flattering ones apart', () => {
    const matrix = plantedMatrix({ rows: 300, seed: 1 });
    const { metrics, importance, warnings } = train(
      matrix,
      { ...SPEC, algo: 'gbm', hyperparams: { nEstimators: 40 } },
      SPLIT,
    );
    expect(metrics.rows).toBe(300);
    // Noise: a forest of trees remembers what it saw and knows nothing else.
    expect(metrics.inSample.accuracy).toBeGreaterThan(metrics.accuracy! + 0.1);
    expect(metrics.logLoss).toBeLessThan(metrics.baseline.logLoss! + 0.1);
    expect(importance.map(({ name }) => name)).toEqual(['f0', 'f1', 'f2', 'f3']);
    expect(warnings).toEqual([]);
  });

  it('gives a model that predicts after a journey through JSON, finding its columns by name', () => {
    const matrix = plantedMatrix({ rows: 300, seed: 2, signal: 0.9 });
    const { trained, metrics } = train(matrix, { ...SPEC, features: ['f2', 'f0'] }, SPLIT);
    expect(metrics.accuracy).toBeGreaterThan(0.7);
    const revived = JSON.parse(JSON.stringify(trained)) as TrainedModel;
    expect(predictTrained(revived, matrix.features)).toEqual(predictTrained(trained, matrix.features));
    expect(() => predictTrained(revived, { rows: 1, names: ['f0'], columns: [new Float64Array(1)] })).toThrow(
      /no column f2/,
    );
  });

  it('refuses what cannot be judged, and says why', () => {
    const matrix = plantedMatrix({ rows: 300, seed: 3 });
    const few = subsetMatrix(
      matrix,
      Int32Array.from({ length: 99 }, (_, i) => i),
    );
    expect(() => train(few, SPEC, SPLIT)).toThrow(/99 rows/);
    expect(() => train({ ...matrix, y: new Int8Array(300) }, SPEC, SPLIT)).toThrow(/one class/);
    const rare = matrix.y.map((code, i) => (i < 9 ? 2 : code === 2 ? 1 : code));
    expect(() => train({ ...matrix, y: rare }, SPEC, SPLIT)).toThrow(/class UP has 9 rows, 10 are needed/);
    const withoutFlat = matrix.y.map((code) => (code === 1 ? 2 : code));
    expect(train({ ...matrix, y: withoutFlat }, SPEC, SPLIT).metrics.classCounts.FLAT).toBe(0);
  });
});
