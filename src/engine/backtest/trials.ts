/** The trials a result must answer for: every configuration that was tried, saved or not. */
import { expectedMaxSharpe, probabilisticSharpe } from '../metrics/deflated-sharpe.js';
import { stdOf } from '../metrics/moments.js';
import type { TradingMetrics } from '../metrics/trading.js';

export interface Trial {
  /** Equal keys are the same configuration on the same rows and count once. */
  readonly key: string;
  /** Per session, not annualised; 0 for one that never traded. */
  readonly sharpe: number;
}

/** Each key once, in the order of keys: sums over trials then do not depend on who tried first. */
export function distinctTrials(trials: readonly Trial[]): Trial[] {
  if (trials.every(({ key }, at) => at === 0 || key > trials[at - 1]!.key)) return [...trials];
  const byKey = new Map(trials.map((trial) => [trial.key, trial]));
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** What a result has to answer for: how many were tried, and how far their Sharpe ratios lie apart. */
export interface TrialField {
  readonly trials: number;
  /** The best Sharpe ratio per session that so many tries without skill are expected to show; null where one of theirs is not a number. */
  readonly luckiest: number | null;
}

export function fieldOf(trials: readonly Trial[]): TrialField {
  const all = distinctTrials(trials);
  const std = stdOf(all.map(({ sharpe }) => sharpe)) ?? Number.NaN;
  return { trials: all.length, luckiest: expectedMaxSharpe(all.length, std * std) };
}

/** Number of trials and the Sharpe ratio deflated by it; null where the result or one of the trials has none, which the gate counts as a failure. */
export function deflate(
  { sharpePerSession, skew, kurtosis, sessions }: TradingMetrics,
  { trials, luckiest }: TrialField,
): { trials: number; dsr: number | null } {
  if (sharpePerSession === null || skew === null || kurtosis === null) return { trials, dsr: null };
  const sample = { sharpe: sharpePerSession, periods: sessions, skew, kurtosis };
  return { trials, dsr: probabilisticSharpe(sample, luckiest) };
}
