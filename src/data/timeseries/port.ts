/**
 * The measurement store: time-series tables, one a measurement (stage1.md 6).
 *
 * Rules every backend keeps:
 * - `timestamp` is the designated time, integer microseconds since the epoch, UTC, never null, and the first column.
 *   The other columns stand in the order of their first appearance.
 * - Names are case-sensitive as stored and unique ignoring case; `measurementName` has checked them before they get here.
 * - A write is one transaction: all of it is there after the promise resolves, nothing of it when it rejects or the process dies
 *   (an import into a backend whose `importIsAtomic` is false may leave what it had sent; to send it again completes it).
 * - Rows are upserted: of equal keys the last wins, inside the batch and against the table. The key is `timestamp` plus
 *   every key column (stage1 6.2) that is present, plus those the caller names.
 * - Rows go away by `drop`, or when a write replaces a range of time. That is part of its transaction, except where `takesRowsAtomically` is
 *   false: there the cuts of the table that lose rows are made again, and a reader may see them empty for a moment.
 * - Reads run beside each other and off the event loop; a read sees all or nothing of a write.
 * - SQL from users is read-only, decided by the parser where there is one to ask and else by its words, bounded in rows, time and memory.
 * - Where backends may differ stands in `profiles.ts`, the rest is the same on all: one suite (test/timeseries) runs over each.
 * - Failures are AppErrors of `base/errors/measurement.ts`.
 */
import type { Readable } from 'node:stream';

export type ColumnType = 'BIGINT' | 'DOUBLE' | 'BOOLEAN' | 'VARCHAR';

export interface MeasurementColumn {
  readonly name: string;
  /** `TIMESTAMP` only for the designated column. */
  readonly type: ColumnType | 'TIMESTAMP';
}

export interface Measurement {
  readonly name: string;
  readonly rowCount: number;
  readonly firstTsUs: number | null;
  readonly lastTsUs: number | null;
  readonly columns: readonly MeasurementColumn[];
  readonly dedupKeys: readonly string[];
}

/** A batch of rows as columns. Null is NaN in doubles, and null in the arrays of the other types. */
export interface ColumnBatch {
  readonly timestampUs: Float64Array;
  readonly columns: readonly BatchColumn[];
}

export type BatchColumn =
  | { readonly name: string; readonly type: 'DOUBLE'; readonly values: Float64Array }
  | { readonly name: string; readonly type: 'BIGINT'; readonly values: readonly (bigint | number | null)[] }
  | { readonly name: string; readonly type: 'BOOLEAN'; readonly values: readonly (boolean | null)[] }
  | { readonly name: string; readonly type: 'VARCHAR'; readonly values: readonly (string | null)[] };

/** Both ends belong to it; microseconds since the epoch. */
export interface TimeRange {
  readonly firstTsUs: number;
  readonly lastTsUs: number;
}

export interface AppendOptions {
  readonly dedupKeys?: readonly string[];
  /** The batch is all that there is of this range: stored rows of it whose key the batch does not bring go away. */
  readonly replaces?: TimeRange;
}

/** Rows that went away are not counted. */
export interface AppendReport {
  readonly rowsInserted: number;
  readonly rowsUpdated: number;
  readonly duplicatesInBatch: number;
}

export interface CsvImport {
  readonly measurement: string;
  /** The uploaded file; the store only reads it. */
  readonly path: string;
  readonly timestampUnit?: 's' | 'ms' | 'us' | 'ns';
  readonly onError: 'abort' | 'skip';
  readonly dedupKeys?: readonly string[];
  readonly delimiter: ',' | ';' | '\t';
}

export interface RowError {
  /** Line of the file, counted from 1, header = 1. */
  readonly row: number;
  readonly column: string | null;
  readonly message: string;
  readonly value: string | null;
}

/** What an import did (stage1 6.7). When rows were rejected and onError is abort, nothing was written and `written` is false. */
export interface CsvImportReport {
  readonly written: boolean;
  readonly measurement: string;
  readonly rowsTotal: number;
  readonly rowsImported: number;
  readonly rowsInserted: number;
  readonly rowsUpdated: number;
  readonly rowsRejected: number;
  readonly duplicatesInFile: number;
  readonly timestampUnit: 's' | 'ms' | 'us' | 'ns';
  readonly columns: readonly string[];
  readonly warnings: readonly string[];
  /** The first 100. */
  readonly errors: readonly RowError[];
  readonly dedup: boolean;
}

export interface Hear {
  readonly signal?: AbortSignal;
  /** Called with rows handled so far and the total, never decreasing. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface QueryLimits {
  readonly rowsMax: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Values as the wire wants them: timestamps integer microseconds, 64-bit integers exact (bigint beyond 2^53), NaN and infinities null. */
export type Cell = null | boolean | number | bigint | string | readonly Cell[] | { readonly [key: string]: Cell };

export interface QueryResult {
  readonly columns: readonly string[];
  readonly types: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly truncated: boolean;
  readonly elapsedMs: number;
}

/** Doubles of one measurement in time order: how bars and predictions reach the engine. Missing values are NaN. */
export interface DoubleColumns {
  readonly rows: number;
  readonly timestampUs: Float64Array;
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/** All measurements as of one moment, whatever is written meanwhile. Close it: it holds back the room of what is deleted. */
export interface MeasurementSnapshot {
  /** By name. */
  readonly measurements: readonly Measurement[];
  /** The rows of one as Parquet files of some megabytes, in the table's order; one measurement after the other. */
  parts(measurement: Measurement): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

export interface MeasurementStore {
  /** Which backend this is, for health answers. */
  readonly backend: 'embedded' | 'questdb';
  list(prefix?: string): Promise<readonly Measurement[]>;
  find(name: string): Promise<Measurement | undefined>;
  append(name: string, batch: ColumnBatch, options?: AppendOptions): Promise<AppendReport>;
  /** What can be told from the head of the file alone, before a job is made: throws csvColumnMissing, csvHeaderInvalid, csvEmpty. */
  checkCsv(head: Uint8Array, delimiter: ',' | ';' | '\t'): void;
  importCsv(request: CsvImport, hear?: Hear): Promise<CsvImportReport>;
  query(sql: string, limits: QueryLimits): Promise<QueryResult>;
  /** CSV bytes of any read-only query, streamed with back-pressure; the first batch is computed before the promise resolves. */
  exportCsv(sql: string, options?: { signal?: AbortSignal }): Promise<Readable>;
  /** Rows with firstTsUs <= timestamp <= lastTsUs, numeric columns only, ascending. */
  readDoubles(
    name: string,
    options?: { columns?: readonly string[]; firstTsUs?: number; lastTsUs?: number },
  ): Promise<DoubleColumns>;
  /** All columns of a slice in time order, for the row endpoints. */
  readRows(name: string, options: { limit?: number; offset: number; descending: boolean }): AsyncIterable<QueryResult>;
  drop(name: string): Promise<void>;
  /** For a backup; absent where the server of the measurements makes its own. */
  openSnapshot?(): Promise<MeasurementSnapshot>;
  close(): Promise<void>;
}
