/** What an import tells: its progress while it runs, and its report at the end (stage1.md 6.7). */
import type { CsvScan } from '../csv/scan.js';
import type { AppendReport, ColumnType, CsvImport, CsvImportReport, Hear, Measurement } from './port.js';

/** The job's row is written on every report, so it hears of every 10,000 rows at most (stage1.md 6.7 rule 8). */
const PROGRESS_ROWS = 10_000;

export function makeProgress(total: number, { onProgress }: Hear): (done: number) => void {
  let told = -1;
  return (done) => {
    if (onProgress === undefined || done === told) return;
    if (done < total && done - told < PROGRESS_ROWS && told >= 0) return;
    told = done;
    onProgress(done, total);
  };
}

/** Types that columns already have in the table, by lower-case name: they decide how the cells of a file are read. */
export function storedTypesOf(measurement: Measurement | undefined): Record<string, ColumnType> {
  const columns = measurement?.columns ?? [];
  return Object.fromEntries(
    columns.flatMap(({ name, type }) => (type === 'TIMESTAMP' ? [] : [[name.toLowerCase(), type]])),
  );
}

export interface ImportOutcome {
  readonly request: CsvImport;
  readonly scan: CsvScan;
  /** Undefined when nothing was written. */
  readonly written: AppendReport | undefined;
  readonly dedup: boolean;
}

export function reportOf({ request, scan, written, dedup }: ImportOutcome): CsvImportReport {
  const { timeRule } = scan;
  return {
    written: written !== undefined,
    measurement: request.measurement,
    rowsTotal: scan.rows,
    rowsImported: written === undefined ? 0 : scan.rows - scan.rowsRejected,
    rowsInserted: written?.rowsInserted ?? 0,
    rowsUpdated: written?.rowsUpdated ?? 0,
    rowsRejected: scan.rowsRejected,
    duplicatesInFile: written?.duplicatesInBatch ?? 0,
    // ISO times are kept to the microsecond.
    timestampUnit: timeRule === null ? (request.timestampUnit ?? 's') : timeRule.form === 'iso' ? 'us' : timeRule.unit,
    columns: ['timestamp', ...scan.header.columns.map(({ name }) => name)],
    warnings: scan.header.warnings,
    errors: scan.faults,
    dedup,
  };
}

/** Whether anything of a scanned file may be stored: all of it, or its good rows where those are wanted. */
export const mayWrite = ({ onError }: CsvImport, { rows, rowsRejected }: CsvScan): boolean =>
  rowsRejected === 0 || (onError === 'skip' && rowsRejected < rows);
