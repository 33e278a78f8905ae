/** What is asked of every shard while trees grow, as numbers that any thread can be told; and who does it. */
import { assert } from '#base/assert.js';
import type { Shard } from './shard.js';

export const STEPS = { fillRows: 0, derive: 1, quantise: 2, startTree: 3, split: 4, count: 5, addLeaves: 6 } as const;

/** A member of `STEPS` and its arguments. */
export type Step = readonly [step: number, ...args: number[]];

/** Numbers in the longest step. */
export const STEP_LENGTH = 4;

export function doStep(shard: Shard, [step, a = 0, b = 0, c = 0]: Step): void {
  switch (step) {
    case STEPS.fillRows:
      shard.fillRows();
      break;
    case STEPS.derive:
      shard.derive();
      break;
    case STEPS.quantise:
      shard.quantise();
      break;
    case STEPS.startTree:
      shard.startTree(a);
      break;
    case STEPS.split:
      shard.split(a, b, c);
      break;
    case STEPS.count:
      shard.count(a, b, c);
      break;
    case STEPS.addLeaves:
      shard.addLeaves(a, b, c === 1);
      break;
    default:
      assert(false, `${step} is a step`);
  }
}
