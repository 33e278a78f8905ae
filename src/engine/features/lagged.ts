/** The value of an earlier day. */
import { assert } from '#base/assert.js';
import type { FeatureColumn } from './demand-feature.js';
import { daysFollow } from './rolling-moments.js';

export interface LaggedTerms {
  readonly values: Float64Array;
  readonly day: Int32Array;
  /** Calendar days back, above zero. */
  readonly lag: number;
  /** What stands where that day has no row or no value; NaN when nothing should. */
  readonly fill: number;
  readonly out: FeatureColumn;
}

/** Looks `lag` calendar days back from every row of one series (rows `from` to `to`). */
export function lagSeries({ values, day, lag, fill, out }: LaggedTerms, from: number, to: number): void {
  assert(lag >= 1, 'a lag is at least one day');
  if (daysFollow(day, from, to)) lagRows(values, lag, fill, out, from, to);
  else lagDays(values, day, lag, fill, out, from, to);
}

/** Days that follow each other need not be looked up. */
function lagRows(values: Float64Array, lag: number, fill: number, out: FeatureColumn, from: number, to: number): void {
  const first = Math.min(from + lag, to);
  out.fill(fill, from, first);
  for (let t = first; t < to; t++) {
    const value = values[t - lag]!;
    out[t] = value - value === 0 ? value : fill;
  }
}

function lagDays(
  values: Float64Array,
  day: Int32Array,
  lag: number,
  fill: number,
  out: FeatureColumn,
  from: number,
  to: number,
): void {
  let source = from;
  for (let t = from; t < to; t++) {
    const wanted = day[t]! - lag;
    // Never reaches t itself: its day is later than the wanted one.
    while (day[source]! < wanted) source++;
    const value = day[source] === wanted ? values[source]! : Number.NaN;
    out[t] = value - value === 0 ? value : fill;
  }
}
