/** A ledger's bars as the metrics want them, whole or in part. */
import type { LabelledMatrix } from '../frame/matrix.js';
import { type BarOutcomes, type TradingMetrics, tradingMetrics } from '../metrics/trading.js';
import type { Ledger } from './positions.js';

/** Bars [from, to) of a ledger. */
export function outcomesOf(matrix: LabelledMatrix, ledger: Ledger, from = 0, to = ledger.rows.length): BarOutcomes {
  const rows = ledger.rows.subarray(from, to);
  return {
    net: ledger.net.subarray(from, to),
    gross: ledger.gross.subarray(from, to),
    cost: ledger.cost.subarray(from, to),
    position: ledger.position.subarray(from, to),
    traded: ledger.traded.subarray(from, to),
    market: Float64Array.from(rows, (row) => matrix.barReturn[row]!),
    session: Int32Array.from(rows, (row) => matrix.session[row]!),
  };
}

export const metricsOf = (matrix: LabelledMatrix, ledger: Ledger): TradingMetrics =>
  tradingMetrics(
    outcomesOf(matrix, ledger),
    ledger.trades.map(({ netReturn }) => netReturn),
  );

/** Metrics of bars [from, to) alone; a trade belongs to the bar that opened it. */
export function metricsOfPart(matrix: LabelledMatrix, ledger: Ledger, from: number, to: number): TradingMetrics {
  const first = ledger.rows[from] ?? 0;
  const last = ledger.rows[to - 1] ?? -1;
  const trades = ledger.trades.filter(({ entryRow }) => entryRow >= first && entryRow <= last);
  return tradingMetrics(
    outcomesOf(matrix, ledger, from, to),
    trades.map(({ netReturn }) => netReturn),
  );
}
