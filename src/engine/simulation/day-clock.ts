/** When a day's events happen: pieces of the day, each with its share of the events and its own pattern of busy and quiet. */
import { assert } from '#base/assert.js';
import { expectedShare } from './intraday-pattern.js';

export interface DayPiece {
  readonly fromNs: number;
  readonly toNs: number;
  /** Of the day's events; the pieces' shares add up to 1. */
  readonly share: number;
  /** How much busier its ends are than its middle (`intensityAt`). */
  readonly curvature: number;
}

const HOUR_NS = 3600 * 1e9;

/** From 04:00 to 20:00 in New York, counted from 09:30: two thirds of what happens outside the session happens before it. */
export const EXTENDED_DAY: readonly DayPiece[] = [
  { fromNs: -5.5 * HOUR_NS, toNs: 0, share: 0.06, curvature: 1 },
  { fromNs: 0, toNs: 6.5 * HOUR_NS, share: 0.91, curvature: 3 },
  { fromNs: 6.5 * HOUR_NS, toNs: 10.5 * HOUR_NS, share: 0.03, curvature: 2 },
];

/** 09:30 to 16:00, counted from 09:30. */
export const REGULAR_DAY: readonly DayPiece[] = [{ fromNs: 0, toNs: 6.5 * HOUR_NS, share: 1, curvature: 3 }];

const STEPS = 1024;

/** The moment until which a share (0..1) of the day's events has happened; whole nanoseconds, never falling. */
export function dayClock(pieces: readonly DayPiece[]): (share: number) => number {
  assert(Math.abs(pieces.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9, 'the shares of a day add up to one');
  const quantiles = pieces.map(({ curvature }) => quantileTable(curvature));
  return (share) => {
    let left = share;
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i]!;
      if (left > piece.share && i < pieces.length - 1) {
        left -= piece.share;
        continue;
      }
      const at = Math.min(1, left / piece.share) * STEPS;
      const step = Math.min(STEPS - 1, Math.floor(at));
      const table = quantiles[i]!;
      const place = table[step]! + (at - step) * (table[step + 1]! - table[step]!);
      return Math.round(piece.fromNs + place * (piece.toNs - piece.fromNs));
    }
    return pieces.at(-1)!.toNs;
  };
}

/** Place in the piece at which i / STEPS of its events have happened, by bisection of the pattern's integral. */
function quantileTable(curvature: number): Float64Array {
  return Float64Array.from({ length: STEPS + 1 }, (_, i) => {
    if (i === 0 || i === STEPS) return i / STEPS;
    let low = 0;
    let high = 1;
    for (let turn = 0; turn < 40; turn++) {
      const middle = (low + high) / 2;
      if (expectedShare(0, middle, curvature) < i / STEPS) low = middle;
      else high = middle;
    }
    return high;
  });
}
