/** The probability that the best of a sweep is overfitted, from the returns of all its configurations. */
import type { SessionReturns } from '#engine/backtest/sweep.js';
import { overfittingOf } from '#engine/backtest/sweep-part.js';
import { defineTask } from '../task.js';

export const overfittingTask = defineTask({
  name: 'overfitting',
  run: ({ all }: { readonly all: readonly SessionReturns[] }) => overfittingOf(all),
});
