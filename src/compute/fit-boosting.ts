/** A boosting fit on the pool: large ones on several threads, small ones on one. The model's bytes do not tell which. */
import { shardBytesMax } from '#engine/models/boosting/crew.js';
import type { BoostingFit } from '#engine/models/boosting/fit-boosting.js';
import { boostingParams } from '#engine/models/boosting/params.js';
import { breakCrew, closeCrew, offerCrew } from './crew.js';
import type { Compute, TaskHear } from './port.js';
import type { FitBoostingInput } from './tasks/fit-boosting.task.js';

// Below this a step is done sooner than a second thread has heard of it.
const CELLS_MIN = 2_000_000;
const LANES_MAX = 8;

/**
 * `lanes` overrides how many threads it takes: all of the pool's for a large fit, else one. Threads that are busy elsewhere join when they are
 * free; the fit does not wait for them.
 */
export async function fitBoostingTogether(
  compute: Compute,
  input: Omit<FitBoostingInput, 'crew'>,
  hear: TaskHear = {},
  lanes = lanesFor(input, compute.workers),
): Promise<BoostingFit> {
  if (lanes <= 1) return compute.run('fitBoosting', input, hear);
  const columns = input.x.columns.length;
  const rows = input.x.rows + (input.validation?.x.rows ?? 0);
  const offer = offerCrew(lanes, shardBytesMax(rows, columns, boostingParams(input.params, columns), lanes), columns);
  // The leader first: a thread that joined before there is one would only wait.
  const led = compute.run('fitBoosting', { ...input, crew: offer }, hear);
  const { signal } = hear;
  const joined = Array.from({ length: lanes - 1 }, (_, i) =>
    compute.run('joinCrew', { offer, lane: i + 1 }, signal && { signal }).catch((error: unknown) => {
      breakCrew(offer);
      throw error;
    }),
  );
  const lanesDone = Promise.allSettled(joined);
  try {
    return await led;
  } catch (error) {
    closeCrew(offer);
    // What broke a lane says more than the leader's word that one was lost; after a cancel both say the same.
    const broken = (await lanesDone).find((lane) => lane.status === 'rejected');
    throw broken === undefined ? error : broken.reason;
  } finally {
    closeCrew(offer);
    await lanesDone;
  }
}

function lanesFor({ x }: Pick<FitBoostingInput, 'x'>, workers: number): number {
  return x.rows * x.columns.length < CELLS_MIN ? 1 : Math.min(workers, LANES_MAX);
}
