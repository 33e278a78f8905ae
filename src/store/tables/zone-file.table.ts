import type { ColumnType, Generated } from 'kysely';
import type { Json } from '#base/json.js';

/** One file of the order-book zones; unique by dataset, symbol, date, zone and kind. There only while its file is there. */
export interface ZoneFileTable {
  /** First 16 hexadecimal digits of sha256(`dataset|symbol|date|zone|kind`): stable across rebuilds. */
  file_id: string;
  dataset: string;
  symbol: string;
  date: string;
  zone: string;
  kind: string;
  n_records: number;
  file_size: number;
  /** Relative to the data root. */
  file_path: string;
  sha256: string;
  /** What it was made from and how (umiki.md 4.2); null for a file that came from outside. */
  input_hash: string | null;
  /** `[{zone, kind, id, sha256}]`, in the order the stage takes them. */
  inputs: ColumnType<Json, string, string>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}
