/** A slice of a sweep: its trials and returns per session, for the sums over all configurations. */
import type { SweepGroup } from '#engine/backtest/sweep.js';
import { trySlice } from '#engine/backtest/sweep-part.js';
import { kernelHost } from '../kernel-host.js';
import { defineTask } from '../task.js';
import { controlOf } from './control.js';

export const trySliceTask = defineTask({
  name: 'trySlice',
  run: ({ groups }: { readonly groups: readonly SweepGroup[] }, context) =>
    trySlice(groups, controlOf(context), kernelHost),
});
