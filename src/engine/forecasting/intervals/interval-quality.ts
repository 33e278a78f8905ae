/** What intervals were worth, measured on outcomes they had not seen: the figures that stand beside every interval. */
import { assert } from '#base/assert.js';
import type { Interval } from './split-conformal.js';

export interface IntervalQuality {
  /** Outcomes that are numbers; the others are not judged. */
  readonly judged: number;
  /** Share of outcomes within their interval, ends included; null without any. */
  readonly coverage: number | null;
  /** Mean upper - lower of the judged intervals; null without any, or where one is infinite. */
  readonly meanWidth: number | null;
  /**
   * Mean width plus 2 / (1 - level) times the distance of each miss, the lower the better: it rewards narrow and honest at once.
   * Gneiting & Raftery (2007). Null like the width.
   */
  readonly intervalScore: number | null;
}

export function judgeIntervals(
  intervals: readonly Interval[],
  actual: ArrayLike<number>,
  level: number,
): IntervalQuality {
  assert(intervals.length === actual.length, 'every interval has an outcome');
  let judged = 0;
  let covered = 0;
  let width = 0;
  let distance = 0;
  for (const [i, { lower, upper }] of intervals.entries()) {
    const value = actual[i]!;
    if (!Number.isFinite(value)) continue;
    judged++;
    if (lower <= value && value <= upper) covered++;
    width += upper - lower;
    distance += Math.max(0, lower - value, value - upper);
  }
  if (judged === 0) return { judged, coverage: null, meanWidth: null, intervalScore: null };
  const finite = (figure: number) => (Number.isFinite(figure) ? figure : null);
  const score = (width + (2 / (1 - level)) * distance) / judged;
  return { judged, coverage: covered / judged, meanWidth: finite(width / judged), intervalScore: finite(score) };
}
