/** A simulation's trades in the words of stage1.md 5: its results, and its buckets by side. */
import type { JsonObject } from '#base/json.js';
import { tradeTotals } from '#engine/metrics/trade-totals.js';
import type { Bucket } from '#store/bucket.store.js';
import type { Trade } from '#store/trade.store.js';

/** Trades in time order; an open trade (pnl null) counts as a trade and as nothing else. */
export function summarizeTrades(trades: readonly Trade[], initialCapital: number): JsonObject {
  const totals = tradeTotals(trades, initialCapital);
  return {
    trades: totals.trades,
    wins: totals.wins,
    losses: totals.losses,
    win_rate_pct: totals.winRatePct,
    total_pnl: totals.pnl,
    total_return_pct: totals.totalReturnPct,
    profit_factor: totals.profitFactor,
    max_drawdown_pct: totals.maxDrawdownPct,
    final_capital: totals.finalCapital,
  };
}

/** One bucket a side that traded, and one of all. */
export function bucketTrades(trades: readonly Trade[], initialCapital: number): Bucket[] {
  if (trades.length === 0) return [];
  const sides = (['long', 'short'] as const)
    .map((side) => ({ side, trades: trades.filter((trade) => trade.side === side) }))
    .filter((bucket) => bucket.trades.length > 0);
  return [...sides, { side: 'all', trades }].map((bucket) => bucketOf(bucket.side, bucket.trades, initialCapital));
}

function bucketOf(side: string, trades: readonly Trade[], initialCapital: number): Bucket {
  const totals = tradeTotals(trades, initialCapital);
  return {
    side,
    tradeCount: totals.trades,
    winCount: totals.wins,
    profitFactor: totals.profitFactor,
    avgReturnPct: totals.avgReturnPct,
    maxDrawdownPct: totals.maxDrawdownPct,
    notes: '',
  };
}
