/** A baseline on the wire (umiki.md 9.5): accuracies are fractions. */
import { z } from 'zod';
import type { Baseline } from '#services/market/bars.service.js';

export const BaselineWire = z.object({
  symbol: z.string(),
  dataset: z.string(),
  n_samples: z.number(),
  n_train: z.number(),
  n_test: z.number(),
  n_features: z.number(),
  features: z.array(z.string()),
  regression: z.object({
    model: z.string(),
    mse: z.number(),
    naive_mse: z.number(),
    mse_ratio: z.number().nullable(),
    r2: z.number().nullable(),
  }),
  classification: z.object({
    model: z.string(),
    accuracy: z.number(),
    naive_accuracy: z.number(),
    lift_over_naive: z.number(),
    class_accuracy: z.record(z.string(), z.number()),
    class_distribution: z.record(z.string(), z.number()),
  }),
});

export const toBaselineWire = (
  symbol: string,
  dataset: string,
  features: readonly string[],
  { samples, train, test, regression, classification }: Baseline,
): z.infer<typeof BaselineWire> => ({
  symbol,
  dataset,
  n_samples: samples,
  n_train: train,
  n_test: test,
  n_features: features.length,
  features: [...features],
  regression: {
    model: 'Ridge(alpha=1.0)',
    mse: regression.mse,
    naive_mse: regression.naiveMse,
    mse_ratio: regression.mseRatio,
    r2: regression.r2,
  },
  classification: {
    model: 'LogisticRegression(C=1.0)',
    accuracy: classification.accuracy,
    naive_accuracy: classification.naiveAccuracy,
    lift_over_naive: classification.liftOverNaive,
    class_accuracy: byClass(classification.classAccuracy),
    class_distribution: byClass(classification.classDistribution),
  },
});

const byClass = (values: ReadonlyMap<number, number>): Record<string, number> =>
  Object.fromEntries([...values].map(([direction, value]) => [String(direction), value]));
