/** The number that ranks runs after the gate (sigma.md 8.1). */
import type { RiskBudget } from './risk-budgets.js';

export interface ScoreInput {
  readonly trades: number;
  readonly sharpe: number | null;
  readonly sortino: number | null;
  readonly calmar: number | null;
  readonly maxDrawdown: number;
  readonly turnover: number | null;
  readonly stdSharpeFolds: number | null;
}

// Trades from which a record counts in full.
const FULL_RECORD = 100;

/** Null where the pack's leading ratio is null. Packs beside the five rank like swing. */
export function rankingScore(
  packId: string,
  metrics: ScoreInput,
  budget: Pick<RiskBudget, 'turnoverMax'>,
): number | null {
  const fall = Math.abs(metrics.maxDrawdown);
  if (packId === 'longsigma') return metrics.calmar;
  if (packId === 'zerosigma') {
    if (metrics.sortino === null) return null;
    return metrics.sortino * Math.sqrt(metrics.trades / FULL_RECORD) - 0.5 * fall - 0.2 * (metrics.stdSharpeFolds ?? 0);
  }
  if (metrics.sharpe === null) return null;
  const record = Math.sqrt(Math.min(metrics.trades, FULL_RECORD) / FULL_RECORD);
  const churn = budget.turnoverMax === undefined ? 0 : (metrics.turnover ?? 0) / budget.turnoverMax;
  return metrics.sharpe * record - 0.1 * churn - 0.3 * fall;
}
