/** Probabilities into money under one configuration or many; what was learned is not learned again. */
import { evaluateSweep, type SweepGroup } from '#engine/backtest/sweep.js';
import { kernelHost } from '../kernel-host.js';
import { defineTask } from '../task.js';
import { controlOf } from './control.js';

export const evaluateTask = defineTask({
  name: 'evaluate',
  run: ({ groups }: { readonly groups: readonly SweepGroup[] }, context) =>
    evaluateSweep(groups, controlOf(context), kernelHost),
});
