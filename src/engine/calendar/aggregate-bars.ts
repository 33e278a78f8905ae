/** Fine bars become coarse ones: minutes to hours, hours to sessions, sessions to weeks. */
import { errors } from '#base/errors.js';
import type { Bars } from '../frame/bars.js';
import { sliceBars } from '../frame/slice-bars.js';
import { BAR_INTERVALS, type BarInterval, INTERVAL_MINUTES } from './bar-interval.js';
import { weekday } from './civil-date.js';
import {
  closeMinute,
  isSession,
  nextSession,
  previousSession,
  sessionCloseMs,
  sessionOpenMs,
} from './exchange-calendar.js';
import { newYorkMinute, newYorkTimeMs } from './new-york-time.js';

/**
 * Bars of `to` from sorted bars of `from`: first open, highest high, lowest low, last close, summed volume, volume-weighted vwap.
 *
 * Buckets stand on the New York clock (10:00, 10:05, ...), so the first hour of a session is the half hour from 09:30.
 * A bar lasts from its bucket's start to its end, also when some minutes had no trade; a weekly bar ends with its week's
 * last session. The vwap is NaN as soon as one part has none.
 */
export function aggregateBars(bars: Bars, from: BarInterval, to: BarInterval): Bars {
  if (BAR_INTERVALS.indexOf(to) < BAR_INTERVALS.indexOf(from)) {
    throw errors.invalidParameter('cadence', `${to} bars cannot be made from ${from} bars`);
  }
  if (to === 'week') return mergeBars(withoutOpenWeek(bars, from), weekOf, weekSpan);
  if (to === 'day')
    return mergeBars(
      bars,
      (b, row) => b.session[row]!,
      (b, row) => sessionSpan(b.session[row]!),
    );
  const minutes = INTERVAL_MINUTES[to]!;
  return mergeBars(
    bars,
    (b, row) => b.session[row]! * 1440 + bucketMinute(b.tsStartMs[row]!, minutes),
    (b, row) => bucketSpan(b.session[row]!, bucketMinute(b.tsStartMs[row]!, minutes), minutes),
  );
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
  readonly session: number;
  readonly hourEt: number;
}

const bucketMinute = (startMs: number, minutes: number) => Math.floor(newYorkMinute(startMs) / minutes) * minutes;

/** A week that is not over has no close yet: its days would pass for a whole week. Weekly rows are whole as they come. */
function withoutOpenWeek(bars: Bars, from: BarInterval): Bars {
  if (from === 'week' || bars.rows === 0) return bars;
  const last = bars.rows - 1;
  if (bars.session[last]! >= previousSession(weekOf(bars, last) + 5)) return bars;
  let end = last;
  while (end > 0 && weekOf(bars, end - 1) === weekOf(bars, last)) end--;
  return sliceBars(bars, 0, end);
}

/** Monday of the week, in weeks. */
const weekOf = (bars: Bars, row: number) => bars.session[row]! - weekday(bars.session[row]!);

const sessionSpan = (session: number): Span => ({
  startMs: sessionOpenMs(session),
  endMs: sessionCloseMs(session),
  session,
  hourEt: 9,
});

/** A week is named by its last session, at whose close its values are known. */
function weekSpan(bars: Bars, row: number): Span {
  const monday = weekOf(bars, row);
  const last = previousSession(monday + 5);
  const first = isSession(monday) ? monday : nextSession(monday);
  return { startMs: sessionOpenMs(first), endMs: sessionCloseMs(last), session: last, hourEt: 9 };
}

function bucketSpan(session: number, minute: number, minutes: number): Span {
  const startMs = Math.max(newYorkTimeMs(session, minute), sessionOpenMs(session));
  const endMs = newYorkTimeMs(session, Math.min(minute + minutes, closeMinute(session)));
  return { startMs, endMs, session, hourEt: Math.floor(newYorkMinute(startMs) / 60) };
}

function mergeBars(
  bars: Bars,
  keyOf: (bars: Bars, row: number) => number,
  spanOf: (bars: Bars, row: number) => Span,
): Bars {
  const starts: number[] = [];
  for (let row = 0; row < bars.rows; row++) {
    if (row === 0 || keyOf(bars, row) !== keyOf(bars, row - 1)) starts.push(row);
  }
  const rows = starts.length;
  const column = () => new Float64Array(rows);
  const merged = { open: column(), high: column(), low: column(), close: column(), volume: column(), vwap: column() };
  const tsStartMs = column();
  const tsEndMs = column();
  const session = new Int32Array(rows);
  const hourEt = new Int32Array(rows);
  const isPartialSource = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const begin = starts[i]!;
    const end = starts[i + 1] ?? bars.rows;
    const span = spanOf(bars, begin);
    tsStartMs[i] = span.startMs;
    tsEndMs[i] = span.endMs;
    session[i] = span.session;
    hourEt[i] = span.hourEt;
    let [high, low, volume, traded] = [-Infinity, Infinity, 0, 0];
    for (let row = begin; row < end; row++) {
      high = Math.max(high, bars.high[row]!);
      low = Math.min(low, bars.low[row]!);
      volume += bars.volume[row]!;
      traded += bars.vwap[row]! * bars.volume[row]!;
      if (bars.isPartialSource?.[row] === 1) isPartialSource[i] = 1;
    }
    merged.open[i] = bars.open[begin]!;
    merged.high[i] = high;
    merged.low[i] = low;
    merged.close[i] = bars.close[end - 1]!;
    merged.volume[i] = volume;
    merged.vwap[i] = volume > 0 ? traded / volume : Number.NaN;
  }
  return { rows, tsStartMs, tsEndMs, session, hourEt, ...merged, isPartialSource };
}
