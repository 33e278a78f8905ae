/** Which bars become rows of a matrix, and why the others do not. */
import { isIntradayInterval } from '../calendar/bar-interval.js';
import type { Bars } from '../frame/bars.js';
import type { LabelSide } from './label-side.js';
import type { MatrixRequest } from './matrix-request.js';

export interface Dropped {
  /** The horizon leaves the data or the session, too few past returns are known for the band, or what an event is judged by is missing. */
  readonly nullLabel: number;
  readonly nullPrice: number;
  /** Outside `allowedHours`. */
  readonly hours: number;
}

/** Hours first, then prices, then labels (sigma 10.3): a row is counted once, by the first reason. A missing price is never FLAT. */
export function keepRows(bars: Bars, side: LabelSide, request: MatrixRequest): { rows: Int32Array; dropped: Dropped } {
  const { startDay = -Infinity, allowedHours, label, interval } = request;
  const hours =
    allowedHours !== undefined && allowedHours.length > 0 && isIntradayInterval(interval)
      ? new Set(allowedHours)
      : undefined;
  const dropped = { nullLabel: 0, nullPrice: 0, hours: 0 };
  const rows: number[] = [];
  for (let row = 0; row < bars.rows; row++) {
    if (bars.session[row]! < startDay || side.isDecisionBar[row] === 0) continue;
    if (hours !== undefined && !hours.has(bars.hourEt[row]!)) dropped.hours++;
    else if (Number.isNaN(bars.close[row]!)) dropped.nullPrice++;
    else if (label.kind !== 'none' && side.y[row]! < 0) dropped.nullLabel++;
    else rows.push(row);
  }
  return { rows: Int32Array.from(rows), dropped };
}
