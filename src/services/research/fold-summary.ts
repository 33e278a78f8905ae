/** The summary metrics of a run in the words of stage1.md 4.1, from the metrics of its folds. */
import type { JsonObject } from '#base/json.js';
import { foldTotals } from '#engine/metrics/fold-totals.js';
import type { Fold } from '#store/fold.store.js';

/** What the client gave stays; keys it left out are computed; `folds` is always the number of folds. Folds ascend. */
export function summarizeFolds(folds: readonly Fold[], given: JsonObject): JsonObject {
  const { long, short, both } = foldTotals(folds.map(({ metrics }) => sidesOf(metrics)));
  const last = folds.at(-1)?.metrics ?? {};
  return {
    pf_long: long.profitFactor,
    pf_short: short.profitFactor,
    pf_dual: both.profitFactor,
    total_long_signals: long.signals,
    total_short_signals: short.signals,
    total_signals: both.signals,
    hit_rate_long: long.hitRate,
    hit_rate_short: short.hitRate,
    hit_rate_overall: both.hitRate,
    running_sum_long: numberIn(last, 'running_sum'),
    running_sum_short: numberIn(last, 'running_sum_short'),
    running_sum_dual: numberIn(last, 'running_sum_dual'),
    ...given,
    folds: folds.length,
  };
}

const sidesOf = (metrics: JsonObject) => ({
  long: {
    signals: numberIn(metrics, 'n_signals'),
    hitRate: numberIn(metrics, 'hit_rate'),
    sumWins: numberIn(metrics, 'sum_wins'),
    sumLosses: numberIn(metrics, 'sum_losses'),
  },
  short: {
    signals: numberIn(metrics, 'n_short_signals'),
    hitRate: numberIn(metrics, 'short_hit_rate'),
    sumWins: numberIn(metrics, 'sum_short_wins'),
    sumLosses: numberIn(metrics, 'sum_short_losses'),
  },
});

function numberIn(metrics: JsonObject, key: string): number {
  const value = metrics[key];
  return typeof value === 'number' ? value : 0;
}
