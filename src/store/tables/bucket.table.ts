/** The sums of one side of a simulation's trades; unique by simulation_id and position. */
export interface BucketTable {
  simulation_id: string;
  position: number;
  /** `long`, `short` or `all` by habit; a client may send others. */
  side: string;
  trade_count: number;
  win_count: number;
  profit_factor: number;
  avg_return_pct: number;
  max_drawdown_pct: number;
  notes: string;
}
