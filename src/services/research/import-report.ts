/** What an import tells about itself, in the words clients read (stage1.md 6.7). */
import type { JsonObject } from '#base/json.js';
import type { CsvImportReport } from '#data/timeseries/port.js';

export type ImportAccount = JsonObject & {
  readonly success: boolean;
  readonly message: string;
  readonly measurement: string;
};

export function reportToJson(report: CsvImportReport): ImportAccount {
  return {
    success: report.written,
    message: report.written ? 'CSV imported successfully' : 'CSV rejected; nothing was written',
    measurement: report.measurement,
    rows_total: report.rowsTotal,
    rows_imported: report.rowsImported,
    rows_inserted: report.rowsInserted,
    rows_updated: report.rowsUpdated,
    rows_rejected: report.rowsRejected,
    duplicates_in_file: report.duplicatesInFile,
    timestamp_unit: report.timestampUnit,
    columns: report.columns,
    warnings: report.warnings,
    errors: report.errors.map(({ row, column, message, value }) => ({ row, column, message, value })),
    dedup: report.dedup,
  };
}

/** `3 of 1000 rows rejected; first: row 17, column value1: not a number`. */
export function summaryOf({ rowsRejected, rowsTotal, errors }: CsvImportReport): string {
  const first = errors[0];
  const counts = `${rowsRejected} of ${rowsTotal} rows rejected`;
  if (first === undefined) return counts;
  const column = first.column === null ? '' : `, column ${first.column}`;
  return `${counts}; first: row ${first.row}${column}: ${first.message}`;
}
