import type { ColumnType, Generated } from 'kysely';
import type { Json } from '#base/json.js';

/** The quality report of one symbol and date; unique by them and the dataset. The file in the qc zone holds the same words. */
export interface QcReportTable {
  report_id: string;
  dataset: string;
  symbol: string;
  date: string;
  /** The report's fields as umiki.md 6 names them, without id, dataset, symbol, date and created_at. */
  report: ColumnType<Json, string, string>;
  /** `[{level, message}]`, most severe first. */
  alerts: ColumnType<Json, string, string>;
  raw_sha256: string | null;
  input_hash: string;
  file_path: string;
  created_at: Generated<Date>;
}
