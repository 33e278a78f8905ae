/** A ledger's bars as the metrics want them, whole or in part. */
import type { LabelledMatrix } from '../frame/matrix.js';
import {
  type BarOutcomes,
  type Benchmark,
  benchmarkOf,
  type TradingMetrics,
  tradingMetrics,
} from '../metrics/trading.js';
import type { Ledger } from './positions.js';

/** What the market did on some rows: the same for every configuration that is judged on them. */
export interface MarketPart {
  readonly market: Float64Array;
  readonly session: Int32Array;
  readonly benchmark: Benchmark;
}

export function marketOn(matrix: LabelledMatrix, rows: Int32Array): MarketPart {
  const market = new Float64Array(rows.length);
  const session = new Int32Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    market[k] = matrix.barReturn[rows[k]!]!;
    session[k] = matrix.session[rows[k]!]!;
  }
  return { market, session, benchmark: benchmarkOf({ market, session }) };
}

/** Metrics of all of a ledger's bars. */
export const metricsOf = (ledger: Ledger, part: MarketPart): TradingMetrics =>
  tradingMetrics(
    { ...ledger, ...part } satisfies BarOutcomes,
    ledger.trades.map(({ netReturn }) => netReturn),
    part.benchmark,
  );

/** Metrics of bars [from, from + length of the part) alone; a trade belongs to the bar that opened it. */
export function metricsOfPart(ledger: Ledger, from: number, part: MarketPart): TradingMetrics {
  const to = from + part.market.length;
  const first = ledger.rows[from] ?? 0;
  const last = ledger.rows[to - 1] ?? -1;
  const trades = ledger.trades.filter(({ entryRow }) => entryRow >= first && entryRow <= last);
  const bars: BarOutcomes = {
    ...part,
    net: ledger.net.subarray(from, to),
    gross: ledger.gross.subarray(from, to),
    cost: ledger.cost.subarray(from, to),
    position: ledger.position.subarray(from, to),
    traded: ledger.traded.subarray(from, to),
  };
  return tradingMetrics(
    bars,
    trades.map(({ netReturn }) => netReturn),
    part.benchmark,
  );
}
