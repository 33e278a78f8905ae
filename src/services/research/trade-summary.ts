/** What a list of trades comes to: results of a simulation, and its buckets by side (stage1.md 5). */
import type { JsonObject } from '#base/json.js';
import type { Bucket } from '#store/bucket.store.js';
import type { Trade } from '#store/trade.store.js';
import { profitFactor } from './fold-summary.js';

/** Profit of a closed trade: the move in the trade's direction times its size. */
export const pnlOf = (trade: { side: Trade['side']; size: number; entryPrice: number; exitPrice: number }) =>
  (trade.exitPrice - trade.entryPrice) * trade.size * (trade.side === 'long' ? 1 : -1);

/** Percent of what was put in; null where nothing was. */
export function returnPctOf(pnl: number, { entryPrice, size }: { entryPrice: number; size: number }): number | null {
  const cost = entryPrice * size;
  return cost === 0 ? null : (pnl / cost) * 100;
}

/** Trades in time order; an open trade (pnl null) counts as a trade and as nothing else. */
export function summarizeTrades(trades: readonly Trade[], initialCapital: number): JsonObject {
  const sums = sumTrades(trades);
  return {
    trades: trades.length,
    wins: sums.wins,
    losses: sums.losses,
    win_rate_pct: trades.length === 0 ? 0 : (sums.wins / trades.length) * 100,
    total_pnl: sums.pnl,
    total_return_pct: initialCapital === 0 ? 0 : (sums.pnl / initialCapital) * 100,
    profit_factor: profitFactor(sums.grossWins, sums.grossLosses),
    max_drawdown_pct: maxDrawdownPct(trades, initialCapital),
    final_capital: initialCapital + sums.pnl,
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
  const sums = sumTrades(trades);
  return {
    side,
    tradeCount: trades.length,
    winCount: sums.wins,
    profitFactor: profitFactor(sums.grossWins, sums.grossLosses),
    avgReturnPct: sums.returns === 0 ? 0 : sums.returnPct / sums.returns,
    maxDrawdownPct: maxDrawdownPct(trades, initialCapital),
    notes: '',
  };
}

function sumTrades(trades: readonly Trade[]) {
  const sums = { wins: 0, losses: 0, grossWins: 0, grossLosses: 0, pnl: 0, returns: 0, returnPct: 0 };
  for (const { pnl, returnPct } of trades) {
    if (returnPct !== null) {
      sums.returns++;
      sums.returnPct += returnPct;
    }
    if (pnl === null) continue;
    sums.pnl += pnl;
    if (pnl > 0) {
      sums.wins++;
      sums.grossWins += pnl;
    } else if (pnl < 0) {
      sums.losses++;
      sums.grossLosses -= pnl;
    }
  }
  return sums;
}

/** Deepest fall of the capital below its highest mark, as a positive percentage of that mark, in the order of the trades. */
function maxDrawdownPct(trades: readonly Trade[], initialCapital: number): number {
  let capital = initialCapital;
  let peak = initialCapital;
  let deepest = 0;
  for (const { pnl } of trades) {
    capital += pnl ?? 0;
    peak = Math.max(peak, capital);
    if (peak > 0) deepest = Math.max(deepest, ((peak - capital) / peak) * 100);
  }
  return deepest;
}
