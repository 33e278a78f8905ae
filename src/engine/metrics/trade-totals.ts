/** What a list of trades comes to (stage1.md 5): wins, profit factor, return, the deepest fall of the capital. Percentages are 0..100. */

export interface TradePrices {
  readonly side: 'long' | 'short';
  readonly size: number;
  readonly entryPrice: number;
  readonly exitPrice: number;
}

/** What a trade brought; both null while it is open. */
export interface TradeOutcome {
  readonly pnl: number | null;
  readonly returnPct: number | null;
}

export interface TradeTotals {
  /** Open trades count here and nowhere else. */
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  readonly pnl: number;
  /** Of all trades; 0 without any. */
  readonly winRatePct: number;
  /** Of the initial capital; 0 without one. */
  readonly totalReturnPct: number;
  /** Mean over the trades that have a return; 0 without any. */
  readonly avgReturnPct: number;
  readonly profitFactor: number;
  readonly maxDrawdownPct: number;
  readonly finalCapital: number;
}

/** Profit of a closed trade: the move in the trade's direction times its size. */
export const tradePnl = ({ side, size, entryPrice, exitPrice }: TradePrices): number =>
  (exitPrice - entryPrice) * size * (side === 'long' ? 1 : -1);

/** Percent of what was put in; null where nothing was. */
export function tradeReturnPct(pnl: number, { entryPrice, size }: Pick<TradePrices, 'entryPrice' | 'size'>) {
  const cost = entryPrice * size;
  return cost === 0 ? null : (pnl / cost) * 100;
}

/** Stands for "no loss" where a number is wanted. */
export const NO_LOSS_FACTOR = 999;

/** Gross wins over gross losses (both positive); 999 stands for "no loss", 0 for "nothing won". */
export function profitFactorOf(wins: number, losses: number): number {
  if (losses > 0) return wins / losses;
  return wins > 0 ? NO_LOSS_FACTOR : 0;
}

/** Summed in the order given, which is that of time. */
export function tradeTotals(trades: readonly TradeOutcome[], initialCapital: number): TradeTotals {
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
  return {
    trades: trades.length,
    wins: sums.wins,
    losses: sums.losses,
    pnl: sums.pnl,
    winRatePct: trades.length === 0 ? 0 : (sums.wins / trades.length) * 100,
    totalReturnPct: initialCapital === 0 ? 0 : (sums.pnl / initialCapital) * 100,
    avgReturnPct: sums.returns === 0 ? 0 : sums.returnPct / sums.returns,
    profitFactor: profitFactorOf(sums.grossWins, sums.grossLosses),
    maxDrawdownPct: maxDrawdownPct(trades, initialCapital),
    finalCapital: initialCapital + sums.pnl,
  };
}

/** Deepest fall of the capital below its highest mark, as a positive percentage of that mark, in the order of the trades. */
function maxDrawdownPct(trades: readonly TradeOutcome[], initialCapital: number): number {
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
