/** Failures of the measurement services: names, CSV headers, SQL from users, and the store itself. */
import { AppError } from '../app-error.js';

export const measurementErrors = {
  measurementMissing: (name: string) =>
    new AppError('missing', 'measurement_missing', 'Measurement not found', { resource: 'measurement', id: name }),
  measurementNameInvalid: (name: string) =>
    new AppError('invalid', 'measurement_name_invalid', 'Invalid measurement name', {
      field: 'measurement',
      name: name.slice(0, 200),
      reason: 'a letter or _ and then up to 126 of letters, digits, _ . - ; names starting with _ or sys. are reserved',
    }),
  /** A write whose column cannot join the stored one. */
  columnTypeMismatch: (measurement: string, column: string, stored: string, given: string) =>
    new AppError(
      'invalid',
      'column_type_mismatch',
      `Column ${column} of ${measurement} holds ${stored}; ${given} values cannot be stored in it`,
      { measurement, column, stored, given },
    ),
  columnNameInvalid: (column: string, reason: string) =>
    new AppError('invalid', 'column_name_invalid', `Column name '${column.slice(0, 200)}' is invalid: ${reason}`, {
      column: column.slice(0, 200),
      reason,
    }),
  columnMissing: (measurement: string, column: string) =>
    new AppError('invalid', 'column_missing', `Measurement ${measurement} has no column ${column}`, {
      measurement,
      column,
    }),
  /** `timestampUs` must be whole microseconds from 0 to 2^53. */
  timestampInvalid: (row: number, value: number) =>
    new AppError('invalid', 'timestamp_invalid', `Row ${row} has no valid time: ${value}`, {
      row,
      value: String(value),
    }),
  csvColumnMissing: (column: string) =>
    new AppError('invalid', 'csv_column_missing', `CSV missing required column: ${column}`, {
      missing_fields: [column],
    }),
  csvHeaderInvalid: (reason: string, columns: readonly string[]) =>
    new AppError('invalid', 'csv_header_invalid', `CSV header is invalid: ${reason}`, { reason, columns }),
  csvEmpty: () => new AppError('invalid', 'csv_empty', 'CSV has no data rows'),
  /** The engine's text, with the character position in the SQL as sent, or null where it is not known. */
  sqlInvalid: (text: string, position: number | null) => new AppError('invalid', 'sql_invalid', text, { position }),
  sqlNotReadOnly: (what: string) =>
    new AppError('invalid', 'sql_not_read_only', 'Only read-only queries are allowed', { what }),
  queryTimedOut: (timeoutMs: number) => new AppError('timeout', 'query_timed_out', 'Query timed out', { timeoutMs }),
  queryTooLarge: () => new AppError('unavailable', 'query_too_large', 'Query needs too much memory'),
  /** QuestDB deletes no rows; those of a table that it can make again are taken away all the same. */
  rowsNotReplaceable: (measurement: string) =>
    new AppError(
      'unsupported',
      'rows_not_replaceable',
      `Rows of ${measurement} cannot be taken away: QuestDB has no DELETE, and this table has no WAL or no DEDUP. Make it with both, or drop it and write it again.`,
      { measurement },
    ),
  storeTaken: (path: string, cause?: unknown) =>
    new AppError(
      'unavailable',
      'store_taken',
      `Cannot open the measurement store ${path}: another process holds it. Stop that process, or choose another data directory.`,
      { path },
      cause,
    ),
  storeUnavailable: (reason: string, cause?: unknown) =>
    new AppError(
      'unavailable',
      'store_unavailable',
      `The measurement store is not available: ${reason}`,
      { reason },
      cause,
    ),
  /** It is away, or gives no answer: what passes by itself once it is back. */
  questdbUnavailable: (where: string, reason: string, cause?: unknown) =>
    new AppError(
      'unavailable',
      'questdb_unavailable',
      `QuestDB at ${where} is not available: ${reason}. Start it, or correct QUESTDB_URL.`,
      { where, reason },
      cause,
    ),
  /** It answers, and cannot be used: only a person can mend that. */
  questdbUnfit: (where: string, reason: string) =>
    new AppError(
      'unavailable',
      'questdb_unfit',
      `QuestDB at ${where} cannot be used: ${reason}. Correct QUESTDB_URL (http://user:password@host:port), or bring that server up to date.`,
      { where, reason },
    ),
  /** After its own retries, so that a job ends with it (stage1.md 6.7 rule 6). Some rows of an import may be there; to send the file again completes it, because rows are upserted by their key. */
  importBroken: (rowsSent: number, rowsTotal: number, reason: string, cause?: unknown) =>
    new AppError(
      'upstream',
      'import_broken',
      `The import broke off after ${rowsSent} of ${rowsTotal} rows were sent: ${reason}. Import the file again: rows that arrived are only replaced.`,
      { rows_sent: rowsSent, rows_total: rowsTotal, reason },
      cause,
    ),
};
