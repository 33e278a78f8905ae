/** Trust the bottom: every node is the sum of its members' forecasts. */
import { assert } from '#base/assert.js';
import { type Hierarchy, nodeCount, sumUp } from './hierarchy.js';

/** `forecasts` of every node at one step ahead; those of the aggregates are not read. */
export function bottomUp(hierarchy: Hierarchy, forecasts: ArrayLike<number>): Float64Array {
  assert(forecasts.length === nodeCount(hierarchy), 'every node has a forecast');
  const from = hierarchy.aggregates.length;
  return sumUp(
    hierarchy,
    Float64Array.from(hierarchy.bottom, (_, at) => forecasts[from + at]!),
  );
}
