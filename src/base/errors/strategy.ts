/** Failures of the strategy services. */

import type { ErrorDetail } from '../app-error.js';
import { AppError } from '../app-error.js';
import type { Json } from '../json.js';

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
  calendarRange: (day: string, firstYear: number, lastYear: number) =>
    new AppError(
      'invalid',
      'calendar_range',
      `The exchange calendar covers ${firstYear} to ${lastYear}; ${day} is outside of it`,
      { day, firstYear, lastYear },
    ),
  notASession: (day: string) => new AppError('invalid', 'not_a_session', `The exchange was closed on ${day}`, { day }),
  /** `suggestions`: up to three names that look alike. */
  indicatorUnknown: (name: string, suggestions: readonly string[]) =>
    new AppError('invalid', 'indicator_unknown', `Unknown indicator ${name}${didYouMean(suggestions)}`, {
      field: 'indicators',
      unknown: [name],
      suggestions: [...suggestions],
    }),
  featureUnknown: (name: string, suggestions: readonly string[]) =>
    new AppError(
      'invalid',
      'feature_unknown',
      `Unknown feature ${name}: neither a column of the matrix nor an indicator${didYouMean(suggestions)}`,
      { field: 'features', unknown: [name], suggestions: [...suggestions] },
    ),
  labelUnknown: (kind: string, known: readonly string[]) =>
    new AppError('invalid', 'label_unknown', `Unknown label ${kind}; known are ${known.join(', ')}`, {
      field: 'label_kind',
      kind,
      known: [...known],
    }),
  labelUnsupported: (kind: string, reason: string) =>
    new AppError('unsupported', 'label_unsupported', `The label ${kind} cannot be computed: ${reason}`, {
      field: 'label_kind',
      kind,
      reason,
    }),
  /** A column uses what was not yet known: the mutate-the-future check saw its past change. */
  leakage: (leaks: readonly { readonly column: string; readonly example: { readonly [key: string]: Json } }[]) =>
    new AppError(
      'invalid',
      'leakage',
      `Refused: ${leaks.map(({ column }) => column).join(', ')} changes at time t when only what comes after t is changed. A feature may use nothing but the past.`,
      {
        columns: leaks.map(({ column }) => column),
        examples: leaks.map(({ column, example }) => ({ column, ...example })),
      },
    ),
  matrixCsvInvalid: (reason: string, row?: number) =>
    new AppError(
      'invalid',
      'matrix_csv_invalid',
      `The matrix CSV cannot be read${row === undefined ? '' : ` (row ${row})`}: ${reason}`,
      { field: 'csv', reason, row: row ?? null },
    ),
  targetMissing: (target: string) =>
    new AppError('invalid', 'no_target', `The matrix has no column ${target} to learn`, { field: 'target', target }),
};

const didYouMean = (suggestions: readonly string[]) =>
  suggestions.length === 0 ? '' : `. Did you mean ${suggestions.join(', ')}?`;
