/** Failures of the strategy services. */

import type { ErrorDetail } from '../app-error.js';
import { AppError } from '../app-error.js';

export const strategyErrors = {
  insufficientData: (reason: string, detail: ErrorDetail = {}) =>
    new AppError('invalid', 'insufficient_data', `Not enough data to compute this: ${reason}`, { reason, ...detail }),
  featureMissing: (column: string) =>
    new AppError(
      'invalid',
      'feature_missing',
      `The matrix has no column ${column}. Build it with that feature, or leave it out.`,
      { column },
    ),
  algorithmUnknown: (algo: string, known: readonly string[]) =>
    new AppError('invalid', 'algorithm_unknown', `No model is called ${algo}; known are ${known.join(', ')}.`, {
      algo,
      known: [...known],
    }),
  computationStopped: (what: string) =>
    new AppError('conflict', 'computation_stopped', `${what} was stopped on request`, { what }),
};
