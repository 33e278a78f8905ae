/** The summary metrics of a run, from the metrics of its folds (stage1.md 4.1). */
import type { JsonObject } from '#base/json.js';
import type { Fold } from '#store/fold.store.js';

/** Gross wins over gross losses; 999 stands for "no loss", 0 for "nothing won". */
export function profitFactor(wins: number, losses: number): number {
  if (losses > 0) return wins / losses;
  return wins > 0 ? 999 : 0;
}

/** What the client gave stays; keys it left out are computed; `folds` is always the number of folds. Folds ascend. */
export function summarizeFolds(folds: readonly Fold[], given: JsonObject): JsonObject {
  const sum = (key: string) => folds.reduce((total, fold) => total + numberIn(fold.metrics, key), 0);
  const last = folds.at(-1)?.metrics ?? {};
  const longSignals = sum('n_signals');
  const shortSignals = sum('n_short_signals');
  const longHits = weightedSum(folds, 'hit_rate', 'n_signals');
  const shortHits = weightedSum(folds, 'short_hit_rate', 'n_short_signals');
  const [wins, losses] = [sum('sum_wins'), sum('sum_losses')];
  const [shortWins, shortLosses] = [sum('sum_short_wins'), sum('sum_short_losses')];
  return {
    pf_long: profitFactor(wins, losses),
    pf_short: profitFactor(shortWins, shortLosses),
    pf_dual: profitFactor(wins + shortWins, losses + shortLosses),
    total_long_signals: longSignals,
    total_short_signals: shortSignals,
    total_signals: longSignals + shortSignals,
    hit_rate_long: meanOf(longHits, longSignals),
    hit_rate_short: meanOf(shortHits, shortSignals),
    hit_rate_overall: meanOf(longHits + shortHits, longSignals + shortSignals),
    running_sum_long: numberIn(last, 'running_sum'),
    running_sum_short: numberIn(last, 'running_sum_short'),
    running_sum_dual: numberIn(last, 'running_sum_dual'),
    ...given,
    folds: folds.length,
  };
}

const weightedSum = (folds: readonly Fold[], key: string, weight: string) =>
  folds.reduce((total, fold) => total + numberIn(fold.metrics, key) * numberIn(fold.metrics, weight), 0);

const meanOf = (sum: number, weight: number) => (weight > 0 ? sum / weight : 0);

function numberIn(metrics: JsonObject, key: string): number {
  const value = metrics[key];
  return typeof value === 'number' ? value : 0;
}
