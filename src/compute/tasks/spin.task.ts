/** Keeps a thread busy for a number of steps: how tests and health probes load the pool, cancel it and watch its progress. */
import { errors } from '#base/errors.js';
import { defineTask } from '../task.js';

const STEPS_BETWEEN_LOOKS = 100_000;

export const spinTask = defineTask({
  name: 'spin',
  run({ steps }: { readonly steps: number }, { progress, shouldStop }) {
    if (!(steps >= 0)) throw errors.invalidParameter('steps', 'must not be negative');
    let sum = 0;
    for (let step = 1; step <= steps; step++) {
      sum = (sum * 31 + step) | 0;
      if (step % STEPS_BETWEEN_LOOKS !== 0) continue;
      if (shouldStop()) throw errors.cancelled();
      progress(step, steps);
    }
    return sum;
  },
});
