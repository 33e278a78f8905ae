/** A sweep in slices: what each hands to the whole, and its results once the whole is known; the same bytes as of one piece. */
import type { KernelHost } from '../kernels/kernel.js';
import { overfittingProbability } from '../metrics/overfitting.js';
import type { Control } from '../models/model.js';
import { type BacktestResult, detail, returnsOf } from './evaluate.js';
import { alignSessions, byFamilies, type SessionReturns, type SweepGroup } from './sweep.js';

/** What the whole sweep must know of a configuration before any can be judged. */
export type Tried = Pick<BacktestResult, 'ownTrials' | 'sessionReturns'>;

/** Group by group, in the order given. `kernels` changes how long it takes, never a result. */
export const trySlice = (groups: readonly SweepGroup[], control?: Control, kernels?: KernelHost): Tried[] =>
  byFamilies(groups, { control, kernels }, (desk, input, config, weighed) => ({
    ownTrials: weighed.ownTrials,
    sessionReturns: returnsOf(desk, input, config, weighed),
  }));

/** The results of `evaluateSweep`, but for `trials` and `dsr`: each knows its own trials alone. No pbo: a slice has none. */
export const evaluateSlice = (
  groups: readonly SweepGroup[],
  control?: Control,
  kernels?: KernelHost,
): BacktestResult[] => byFamilies(groups, { control, kernels }, detail);

/** The pbo of a sweep from the returns of all its configurations, in their order. */
export const overfittingOf = (all: readonly SessionReturns[]): number | null =>
  overfittingProbability(alignSessions(all));
