/** Boosted trees on one thread, or on those that join its crew. */
import { type BoostingInput, fitBoosting } from '#engine/models/boosting/fit-boosting.js';
import { createRng } from '#engine/random/xoshiro128.js';
import { type CrewOffer, leadCrew } from '../crew.js';
import { kernelHost } from '../kernel-host.js';
import { defineTask } from '../task.js';
import { controlOf } from './control.js';

/** Columns on shared memory are not copied. */
export interface FitBoostingInput
  extends Pick<BoostingInput, 'x' | 'y' | 'weights' | 'params' | 'validation' | 'resume'> {
  readonly seed: number;
  readonly crew?: CrewOffer;
}

export const fitBoostingTask = defineTask({
  name: 'fitBoosting',
  run: ({ seed, crew, ...input }: FitBoostingInput, context) =>
    fitBoosting({
      ...input,
      rng: createRng(seed),
      control: controlOf(context),
      host: kernelHost,
      ...(crew && { crew: leadCrew(crew) }),
    }),
});
