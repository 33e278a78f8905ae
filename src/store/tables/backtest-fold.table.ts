/** One fold of a saved backtest with the threshold it chose on its own training rows; unique by run and fold. */
export interface BacktestFoldTable {
  backtest_run_id: number;
  fold: number;
  thr_used: number | null;
  cum_ret: number | null;
  sharpe_hourly: number | null;
  sortino: number | null;
  max_dd: number | null;
  trades: number;
  train_rows: number;
  test_rows: number;
}
