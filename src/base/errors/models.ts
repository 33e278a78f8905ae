/** Failures of learning: labels, features and weights that a model has no meaning for. */
import { AppError } from '../app-error.js';

export const modelErrors = {
  /** `row` is the first at fault. */
  labelUnfit: (objective: string, reason: string, row?: number) =>
    new AppError('invalid', 'label_unfit', `Cannot fit ${objective}: ${reason}`, {
      objective,
      reason,
      ...(row !== undefined && { row }),
    }),
  featureInfinite: (feature: string, row: number) =>
    new AppError(
      'invalid',
      'feature_infinite',
      `Cannot fit: ${feature} is infinite in row ${row}. Use NaN for what is not known.`,
      { feature, row },
    ),
  weightUnfit: (row: number) =>
    new AppError('invalid', 'weight_unfit', `Cannot fit: the weight of row ${row} is no number from 0 on`, { row }),
  fitDiverged: (objective: string, round: number) =>
    new AppError(
      'invalid',
      'fit_diverged',
      `Cannot fit ${objective}: scores leave the range of numbers in round ${round}. Lower the learning rate or scale the labels.`,
      { objective, round },
    ),
  fitTooLarge: (rows: number, columns: number, bytes: number, bytesMax: number) =>
    new AppError(
      'too-large',
      'fit_too_large',
      `Cannot fit ${rows} rows of ${columns} columns at once: that takes ${bytes} bytes of the ${bytesMax} there are. Give fewer rows, columns or leaves.`,
      { rows, columns, bytes, bytesMax },
    ),
  nothingToFit: (reason: string) => new AppError('invalid', 'nothing_to_fit', `Cannot fit: ${reason}`, { reason }),
};
