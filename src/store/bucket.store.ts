/** Queries on the buckets of a simulation: the sums of each side. */
import type { Database } from './database.js';

export interface Bucket {
  readonly side: string;
  readonly tradeCount: number;
  readonly winCount: number;
  readonly profitFactor: number;
  readonly avgReturnPct: number;
  readonly maxDrawdownPct: number;
  readonly notes: string;
}

/** In the order they were given. */
export async function listBuckets(db: Database, simulationId: string): Promise<readonly Bucket[]> {
  const rows = await db
    .selectFrom('bucket')
    .selectAll()
    .where('simulation_id', '=', simulationId)
    .orderBy('position')
    .execute();
  return rows.map((row) => ({
    side: row.side,
    tradeCount: row.trade_count,
    winCount: row.win_count,
    profitFactor: row.profit_factor,
    avgReturnPct: row.avg_return_pct,
    maxDrawdownPct: row.max_drawdown_pct,
    notes: row.notes,
  }));
}

/** Puts these buckets in place of all the simulation had. */
export async function replaceBuckets(tx: Database, simulationId: string, buckets: readonly Bucket[]): Promise<void> {
  await tx.deleteFrom('bucket').where('simulation_id', '=', simulationId).execute();
  if (buckets.length === 0) return;
  await tx
    .insertInto('bucket')
    .values(
      buckets.map((bucket, position) => ({
        simulation_id: simulationId,
        position,
        side: bucket.side,
        trade_count: bucket.tradeCount,
        win_count: bucket.winCount,
        profit_factor: bucket.profitFactor,
        avg_return_pct: bucket.avgReturnPct,
        max_drawdown_pct: bucket.maxDrawdownPct,
        notes: bucket.notes,
      })),
    )
    .execute();
}
