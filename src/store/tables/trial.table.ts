import type { Generated } from 'kysely';

/**
 * One distinct configuration that was ever evaluated on a model's matrix, saved or not; unique by model, matrix and run_sha.
 * The deflated Sharpe ratio of every run is judged against all of them, so a row is never removed.
 */
export interface TrialTable {
  model_id: string;
  matrix_sha: string;
  run_sha: string;
  /** Per-session Sharpe ratio out of sample; null when it could not be measured. */
  sharpe_session: number | null;
  at: Generated<Date>;
}
