import type { ColumnType } from 'kysely';
import type { JsonObject } from '#base/json.js';

type BigInteger = ColumnType<string | number, number, number>;
type BigIntegerOrNull = ColumnType<string | number | null, number | null, number | null>;

/** One trade of a simulation; unique by simulation_id and trade_id. */
export interface TradeTable {
  simulation_id: string;
  trade_id: string;
  /** Place in the list the client sent; breaks ties of equal bar_timestamp. */
  position: number;
  /** Microseconds since the epoch, UTC. */
  bar_timestamp: BigInteger;
  side: 'long' | 'short';
  size: number;
  entry_price: number;
  exit_price: number | null;
  pnl: number | null;
  return_pct: number | null;
  fold_index: BigIntegerOrNull;
  /** Milliseconds since the epoch, UTC, as the next. */
  entry_timestamp: BigIntegerOrNull;
  exit_timestamp: BigIntegerOrNull;
  entry_signal: number | null;
  exit_signal: number | null;
  metadata: ColumnType<JsonObject, string, string>;
}
