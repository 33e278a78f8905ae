/** Trust the total: its forecast is shared out among the bottom series by what each sold before. */
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import { type Hierarchy, nodeCount, sumUp, TOTAL } from './hierarchy.js';

/**
 * Shares of the bottom series, which sum to one, from their history (one list a series, equally long, in the order of time).
 * `averages`: each series' mean over the mean of the total (Gross & Sohl 1990, method F). `shares`: the mean over time of each moment's
 * share (method A), moments without any sales left out. Throws `insufficientData` where nothing was sold at all.
 */
export function shareOut(history: readonly ArrayLike<number>[], by: 'averages' | 'shares' = 'averages'): Float64Array {
  assert(history.length > 0, 'there is a bottom series');
  const length = history[0]!.length;
  assert(
    history.every((series) => series.length === length),
    'bottom series are equally long',
  );
  const shares = new Float64Array(history.length);
  let moments = 0;
  for (let t = 0; t < length; t++) {
    let total = 0;
    for (const series of history) total += series[t]!;
    if (by === 'shares' && total === 0) continue;
    moments++;
    const weight = by === 'shares' ? 1 / total : 1;
    for (let at = 0; at < shares.length; at++) shares[at] = shares[at]! + history[at]![t]! * weight;
  }
  let sum = 0;
  for (const share of shares) sum += share;
  if (!(sum > 0) || !Number.isFinite(sum))
    throw errors.insufficientData('nothing was sold: there are no shares to forecast by', { moments });
  return shares.map((share) => share / sum);
}

/** `forecasts` of every node at one step ahead; only that of the total is read. */
export function topDown(hierarchy: Hierarchy, forecasts: ArrayLike<number>, shares: ArrayLike<number>): Float64Array {
  assert(forecasts.length === nodeCount(hierarchy), 'every node has a forecast');
  assert(shares.length === hierarchy.bottom.length, 'every bottom series has a share');
  const total = hierarchy.aggregates.findIndex(({ level }) => level === TOTAL);
  assert(total >= 0, 'the hierarchy has a total');
  return sumUp(
    hierarchy,
    Float64Array.from(hierarchy.bottom, (_, at) => forecasts[total]! * shares[at]!),
  );
}
