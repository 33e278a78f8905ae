import type { ColumnType, Generated } from 'kysely';
import type { JsonObject } from '#base/json.js';

/**
 * One time series we know of; unique by dataset_id and by dataset_slug.
 *
 * What the measurements themselves can tell (rows, bounds) is read from them; the columns here hold what a client
 * declared before, or without, sending the rows.
 */
export interface DatasetTable {
  dataset_id: string;
  dataset_slug: string;
  symbol: string;
  granularity: string;
  source: string;
  ohlcv_measurement: string;
  indicator_measurement: string;
  /** As the client sent it, key order and all: hence json and not jsonb. */
  metadata: ColumnType<JsonObject, string, string>;
  /** Counts and bounds the client declared: `{ohlcv_row_count, ohlcv_first_ts_us, ...}`, absent when never given. */
  declared: ColumnType<JsonObject, string, string>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}
