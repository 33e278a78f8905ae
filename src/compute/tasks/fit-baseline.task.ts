/** The two plain models that a better one has to beat. */
import { type Baseline, type BaselineInput, baselineOf } from '#engine/book/day/baseline.js';
import { defineTask } from '../task.js';

export const fitBaselineTask = defineTask({
  name: 'fitBaseline',
  run: (input: BaselineInput): Baseline => baselineOf(input),
});
