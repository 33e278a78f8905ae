import type { Generated } from 'kysely';
import type { Json } from '#base/json.js';
import type { RunLifeColumns } from '../run-life.js';

/** One evaluated configuration; unique by backtest_run_id and by backtest_id (`bt_...`). Saved ones stand on the leaderboard. */
export interface BacktestRunTable extends RunLifeColumns {
  backtest_run_id: Generated<number>;
  backtest_id: string;
  sweep_id: string | null;
  saved: boolean;
  params: Json;
  /** What the wire calls config: kind, value, thresholds, top_pct, allowed_hours, splits. */
  config: Json;
  metrics: Json | null;
  gate: Json | null;
  gate_pass: boolean | null;
  /** The result's canonical bytes are an artifact of a saved run; an unsaved run keeps them here until it expires. */
  result_sha: string | null;
  result: Json | null;
  /** The Stage1 run that holds its folds, predictions and simulation. */
  research_run_id: string | null;
  sharpe_hourly: number | null;
  sharpe: number | null;
  cum_ret: number | null;
  sortino: number | null;
  calmar: number | null;
  max_drawdown: number | null;
  win_rate: number | null;
  trades: number | null;
  score: number | null;
  dsr: number | null;
  trial_count: number | null;
  best_sharpe_hourly: number | null;
  best_cum_ret: number | null;
  matrix_sha: string;
  /** The normalised key of section 13.3. */
  run_sha: string;
  risk_profile: string;
  warnings: Generated<Json>;
  expires_at: Date | null;
}
