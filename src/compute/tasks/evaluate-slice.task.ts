/** A slice of a sweep whose whole is known: each configuration's result, not yet judged by the trials of all. */

import type { SweepGroup } from '#engine/backtest/sweep.js';
import { evaluateSlice } from '#engine/backtest/sweep-part.js';
import { kernelHost } from '../kernel-host.js';
import { defineTask } from '../task.js';
import { controlOf } from './control.js';

export const evaluateSliceTask = defineTask({
  name: 'evaluateSlice',
  run: ({ groups }: { readonly groups: readonly SweepGroup[] }, context) =>
    evaluateSlice(groups, controlOf(context), kernelHost),
});
