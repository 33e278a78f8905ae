/**
 * The equity line of a saved backtest, whole: one row a run, one element an out-of-sample bar, oldest first.
 * Arrays and not rows: a line is only ever written and read as one, and a sweep writes hundreds of thousands of points.
 */
export interface BacktestEquityTable {
  backtest_run_id: number;
  ts_ms: number[];
  ret: number[];
  equity: number[];
  position: number[];
}
