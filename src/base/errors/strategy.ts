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
  /** `line` is counted from 1. */
  modelFileUnreadable: (line: number, reason: string) =>
    new AppError('invalid', 'model_file_unreadable', `The model file cannot be read (line ${line}): ${reason}`, {
      line,
      reason,
    }),
  modelFileUnsupported: (line: number, what: string) =>
    new AppError(
      'unsupported',
      'model_file_unsupported',
      `The model file uses what cannot be read here (line ${line}): ${what}`,
      { line, what },
    ),
  targetMissing: (target: string) =>
    new AppError('invalid', 'no_target', `The matrix has no column ${target} to learn`, { field: 'target', target }),
  packMissing: (id: string) =>
    new AppError('missing', 'pack_missing', `Pack ${id} was not found`, { resource: 'pack', id }),
  templateMissing: (id: string) =>
    new AppError('missing', 'template_missing', `Template ${id} was not found, or is not published`, {
      resource: 'template',
      id,
    }),
  packFileInvalid: (file: string, reason: string) =>
    new AppError('broken', 'pack_file_invalid', `Cannot load the pack file ${file}: ${reason}`, { file, reason }),
  modelMissing: (id: string) =>
    new AppError('missing', 'model_missing', `Model ${id} was not found`, { resource: 'model', id }),
  modelExists: (id: string, differs: readonly string[]) =>
    new AppError(
      'conflict',
      'model_exists',
      `Model ${id} exists already and differs in ${differs.join(', ')}; send overwrite=true to replace its configuration`,
      { id, differs: [...differs] },
    ),
  modelForeign: (id: string) =>
    new AppError('denied', 'model_foreign', `Model ${id} belongs to somebody else`, { resource: 'model', id }),
  configChanged: (id: string, expected: string, found: string) =>
    new AppError('conflict', 'config_changed', `The configuration of ${id} is no longer the one named by If-Match`, {
      id,
      expected,
      found,
    }),
  configInvalid: (faults: readonly { field: string; reason: string }[]) =>
    new AppError(
      'invalid',
      'config_invalid',
      `The configuration is invalid: ${faults[0]?.field} ${faults[0]?.reason}`,
      {
        field: faults[0]?.field ?? 'config',
        reason: faults[0]?.reason ?? 'invalid',
        field_errors: faults.map((fault) => ({ ...fault })),
      },
    ),
  policyInvalid: (id: string, reasons: readonly string[]) =>
    new AppError('invalid', 'policy_invalid', `The policy of ${id} is invalid: ${reasons[0]}`, {
      field: 'policy',
      reason: reasons[0] ?? 'invalid',
      reasons: [...reasons],
    }),
  /** Never tells where the workspace stands. */
  pathNotAllowed: (field: string, reason: string) =>
    new AppError('invalid', 'path_not_allowed', `The path given as '${field}' is not allowed: ${reason}`, {
      field,
      reason,
    }),
  conflictingParameters: (left: string, right: string) =>
    new AppError('invalid', 'conflicting_parameters', `'${left}' and '${right}' were both given and differ`, {
      field: left,
      reason: `differs from '${right}'`,
    }),
  matrixNotBuilt: (id: string) =>
    new AppError('missing', 'matrix_not_built', `No matrix of ${id} was built yet. Build it first.`, {
      resource: 'matrix',
      id,
    }),
  matrixMissing: (sha: string) =>
    new AppError('missing', 'matrix_missing', `Matrix ${sha} was not found`, { resource: 'matrix', id: sha }),
  backtestMissing: (id: string) =>
    new AppError('missing', 'backtest_missing', `Backtest ${id} was not found`, { resource: 'backtest', id }),
  sweepMissing: (id: string) =>
    new AppError('missing', 'sweep_missing', `Sweep ${id} was not found`, { resource: 'sweep', id }),
  trainingMissing: (id: string) =>
    new AppError('missing', 'training_missing', `Training job ${id} was not found`, { resource: 'job', id }),
  gateFailed: (id: string, reasons: readonly string[]) =>
    new AppError('invalid', 'gate_failed', `Backtest ${id} does not pass its gate: ${reasons.join(', ')}`, {
      id,
      reasons: [...reasons],
    }),
  sweepTooLarge: (configs: number, configsMax: number) =>
    new AppError(
      'invalid',
      'sweep_too_large',
      `The sweep has ${configs} configurations; at most ${configsMax} are run`,
      {
        field: 'sweep',
        reason: `${configs} configurations, at most ${configsMax}`,
      },
    ),
};

const didYouMean = (suggestions: readonly string[]) =>
  suggestions.length === 0 ? '' : `. Did you mean ${suggestions.join(', ')}?`;
