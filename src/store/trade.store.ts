/** Queries on the trades of a simulation. */
import { type Selectable, sql } from 'kysely';
import type { JsonObject } from '#base/json.js';
import type { Page, PageRequest } from '#base/page.js';
import type { Database } from './database.js';
import type { TradeTable } from './tables/trade.table.js';

export interface Trade {
  readonly tradeId: string;
  readonly barTimestampUs: number;
  readonly side: 'long' | 'short';
  readonly size: number;
  readonly entryPrice: number;
  readonly exitPrice: number | null;
  readonly pnl: number | null;
  /** Percent: 1.72 is 1.72 %. */
  readonly returnPct: number | null;
  readonly foldIndex: number | null;
  readonly entryTimestampMs: number | null;
  readonly exitTimestampMs: number | null;
  readonly entrySignal: number | null;
  readonly exitSignal: number | null;
  readonly metadata: JsonObject;
}

/** Ascending by bar_timestamp, then as sent; `total` is counted by the simulation's row, not here. */
export async function listTrades(db: Database, simulationId: string, page: PageRequest): Promise<Page<Trade>['items']> {
  const rows = await db
    .selectFrom('trade')
    .selectAll()
    .where('simulation_id', '=', simulationId)
    .orderBy('bar_timestamp')
    .orderBy('position')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return rows.map(fromRow);
}

/** Puts these trades in place of all the simulation had. The caller holds the simulation's row. */
export async function replaceTrades(tx: Database, simulationId: string, trades: readonly Trade[]): Promise<void> {
  await tx.deleteFrom('trade').where('simulation_id', '=', simulationId).execute();
  for (let i = 0; i < trades.length; i += ROWS_PER_STATEMENT) {
    const rows = trades.slice(i, i + ROWS_PER_STATEMENT).map((trade, offset) => toRow(simulationId, i + offset, trade));
    await sql`
      INSERT INTO trade
      SELECT simulation_id, trade_id, position, bar_timestamp, side, size, entry_price, exit_price, pnl, return_pct,
        fold_index, entry_timestamp, exit_timestamp, entry_signal, exit_signal, metadata
      FROM json_populate_recordset(NULL::trade, ${JSON.stringify(rows)}::json)`.execute(tx);
  }
}

/** Rows of a few hundred bytes: a few megabytes a statement. */
const ROWS_PER_STATEMENT = 10_000;

const toRow = (simulationId: string, position: number, trade: Trade) => ({
  simulation_id: simulationId,
  trade_id: trade.tradeId,
  position,
  bar_timestamp: trade.barTimestampUs,
  side: trade.side,
  size: trade.size,
  entry_price: trade.entryPrice,
  exit_price: trade.exitPrice,
  pnl: trade.pnl,
  return_pct: trade.returnPct,
  fold_index: trade.foldIndex,
  entry_timestamp: trade.entryTimestampMs,
  exit_timestamp: trade.exitTimestampMs,
  entry_signal: trade.entrySignal,
  exit_signal: trade.exitSignal,
  metadata: trade.metadata,
});

const numberOrNull = (value: string | number | null) => (value === null ? null : Number(value));

const fromRow = (row: Selectable<TradeTable>): Trade => ({
  tradeId: row.trade_id,
  barTimestampUs: Number(row.bar_timestamp),
  side: row.side,
  size: row.size,
  entryPrice: row.entry_price,
  exitPrice: row.exit_price,
  pnl: row.pnl,
  returnPct: row.return_pct,
  foldIndex: numberOrNull(row.fold_index),
  entryTimestampMs: numberOrNull(row.entry_timestamp),
  exitTimestampMs: numberOrNull(row.exit_timestamp),
  entrySignal: row.entry_signal,
  exitSignal: row.exit_signal,
  metadata: row.metadata,
});
