/** Raw price columns become bars of the exchange's sessions: checked, sorted, extended hours dropped, times in epoch milliseconds. */
import { assert } from '#base/assert.js';
import type { Bars } from '../frame/bars.js';
import { aggregateBars } from './aggregate-bars.js';
import { type BarInterval, INTERVAL_MINUTES } from './bar-interval.js';
import { DAY_MS } from './civil-date.js';
import { isCovered, isSession, sessionCloseMs, sessionOpenMs } from './exchange-calendar.js';
import { newYorkDay, newYorkHour } from './new-york-time.js';

/** Columns as a store hands them over, in any order. */
export interface RawBars {
  /** Bar start, microseconds since the epoch, UTC. */
  readonly timestampUs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly vwap?: Float64Array | undefined;
}

export interface RejectedBar {
  /** Position in the raw columns. */
  readonly row: number;
  readonly reason: string;
}

export interface BarsReport {
  readonly bars: Bars;
  /** Rows that broke the rules of sigma 10.1; at most REJECTED_SHOWN are listed. */
  readonly rejected: readonly RejectedBar[];
  readonly dropped: {
    readonly invalid: number;
    /** Outside 09:30-16:00 (13:00 on a short day). */
    readonly extendedHours: number;
    /** On a day without session. */
    readonly offSession: number;
    /** Earlier rows of the same time: the last one wins. */
    readonly duplicates: number;
  };
  /** Some bars hold trades from before the opening bell (a vendor's 09:00 hour). */
  readonly isPartialSource: boolean;
}

export const REJECTED_SHOWN = 100;

/**
 * Bars of the exchange's sessions from raw columns (sigma 10.1, 10.2).
 *
 * `interval` is how the rows are spaced, `cadence` the bars wanted (the same by default, never finer). A daily row at
 * 00:00 UTC names its session by its UTC date, any other daily row by its date in New York. Minute rows become hours
 * labelled by the New York hour of their start: 9 (09:30-10:00), 10 .. 15. A vendor's hourly row at 09:30 is that half hour
 * too, unless its neighbours say that hours are counted from the bell (10:30, 11:30, ...): then it lasts sixty minutes.
 */
export function barsFromColumns(raw: RawBars, options: { interval: BarInterval; cadence?: BarInterval }): BarsReport {
  const { interval } = options;
  const cadence = options.cadence ?? interval;
  const placed = placeRows(raw, interval);
  const sorted = sortLastWins(raw.timestampUs, placed.kept);
  const bars = gatherBars(raw, sorted.rows, interval);
  return {
    bars: cadence === interval && interval !== 'week' ? bars : aggregateBars(bars, interval, cadence),
    rejected: placed.rejected,
    dropped: { ...placed.dropped, duplicates: sorted.duplicates },
    isPartialSource: bars.isPartialSource?.includes(1) ?? false,
  };
}

function placeRows(raw: RawBars, interval: BarInterval) {
  const kept: number[] = [];
  const rejected: RejectedBar[] = [];
  const dropped = { invalid: 0, extendedHours: 0, offSession: 0 };
  for (let row = 0; row < raw.timestampUs.length; row++) {
    const reason = whyInvalid(raw, row);
    if (reason !== undefined) {
      dropped.invalid++;
      if (rejected.length < REJECTED_SHOWN) rejected.push({ row, reason });
      continue;
    }
    const place = placeOf(raw.timestampUs[row]! / 1000, interval);
    if (place === 'inside') kept.push(row);
    else dropped[place]++;
  }
  return { kept, rejected, dropped };
}

/** Why a bar breaks `low <= min(open, close) <= max(open, close) <= high, price > 0, volume >= 0`; undefined when it is sound. */
export function whyInvalid(raw: RawBars, row: number): string | undefined {
  const [open, high, low, close, volume] = [
    raw.open[row]!,
    raw.high[row]!,
    raw.low[row]!,
    raw.close[row]!,
    raw.volume[row]!,
  ];
  if (!Number.isFinite(raw.timestampUs[row]!)) return 'the time is missing';
  if (![open, high, low, close].every(Number.isFinite)) return 'a price is missing';
  if (low <= 0) return 'a price is not above zero';
  if (low > Math.min(open, close)) return 'low is above open or close';
  if (high < Math.max(open, close)) return 'high is below open or close';
  if (volume < 0) return 'volume is negative';
  return undefined;
}

const isSessionInterval = (interval: BarInterval) => interval === 'day' || interval === 'week';

function sessionOfRow(ms: number, interval: BarInterval): number {
  const isMidnightUtc = ms % DAY_MS === 0;
  return isSessionInterval(interval) && isMidnightUtc ? Math.floor(ms / DAY_MS) : newYorkDay(ms);
}

function placeOf(ms: number, interval: BarInterval): 'inside' | 'extendedHours' | 'offSession' {
  const session = sessionOfRow(ms, interval);
  // A weekly row may be dated on its Monday although that Monday is a holiday: aggregation finds its week.
  if (interval === 'week') return isCovered(session) ? 'inside' : 'offSession';
  if (!isCovered(session) || !isSession(session)) return 'offSession';
  if (interval === 'day') return 'inside';
  const lengthMs = INTERVAL_MINUTES[interval]! * 60_000;
  const isOutside = ms + lengthMs <= sessionOpenMs(session) || ms >= sessionCloseMs(session);
  return isOutside ? 'extendedHours' : 'inside';
}

function sortLastWins(timestampUs: Float64Array, rows: number[]): { rows: number[]; duplicates: number } {
  const ordered = rows.sort((a, b) => timestampUs[a]! - timestampUs[b]! || a - b);
  const unique = ordered.filter(
    (row, at) => at + 1 === ordered.length || timestampUs[ordered[at + 1]!] !== timestampUs[row],
  );
  return { rows: unique, duplicates: ordered.length - unique.length };
}

const HOUR_MS = 3_600_000;

/**
 * How long a row lasts. The bell rings at half past: an hourly row that starts there ends at the full hour where hours stand on
 * the clock, and only there. Which it is shows in the row after it, else in the row before: known an hour late is a row lost,
 * known half an hour early would be a leak.
 */
function lengthOf(timestampUs: Float64Array, rows: readonly number[], at: number, interval: BarInterval): number {
  const lengthMs = INTERVAL_MINUTES[interval]! * 60_000;
  const startMs = (row: number | undefined) => (row === undefined ? undefined : timestampUs[row]! / 1000);
  const ms = startMs(rows[at])!;
  const pastHour = ms % HOUR_MS;
  if (lengthMs !== HOUR_MS || pastHour === 0) return lengthMs;
  const next = startMs(rows[at + 1]);
  const isSameDay = next !== undefined && newYorkDay(next) === newYorkDay(ms);
  const neighbour = isSameDay ? next : startMs(rows[at - 1]);
  // Two lone rows at the bell on different days say nothing: sigma 10.2 decides.
  const isFromBell = neighbour !== undefined && neighbour % HOUR_MS === pastHour && !isAtBell(neighbour);
  return isFromBell || !isAtBell(ms) ? HOUR_MS : HOUR_MS - pastHour;
}

const isAtBell = (ms: number) => ms === sessionOpenMs(newYorkDay(ms));

function gatherBars(
  raw: RawBars,
  rows: readonly number[],
  interval: BarInterval,
): Bars & { isPartialSource: Uint8Array } {
  const take = (column: Float64Array | undefined) => Float64Array.from(rows, (row) => column?.[row] ?? Number.NaN);
  const tsStartMs = new Float64Array(rows.length);
  const tsEndMs = new Float64Array(rows.length);
  const session = new Int32Array(rows.length);
  const hourEt = new Int32Array(rows.length);
  const isPartialSource = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const ms = raw.timestampUs[rows[i]!]! / 1000;
    const day = sessionOfRow(ms, interval);
    session[i] = day;
    if (isSessionInterval(interval)) {
      const named = isSession(day) ? day : undefined;
      tsStartMs[i] = named === undefined ? day * DAY_MS : sessionOpenMs(named);
      tsEndMs[i] = named === undefined ? day * DAY_MS : sessionCloseMs(named);
      hourEt[i] = 9;
      continue;
    }
    const openMs = sessionOpenMs(day);
    tsStartMs[i] = Math.max(ms, openMs);
    tsEndMs[i] = Math.min(ms + lengthOf(raw.timestampUs, rows, i, interval), sessionCloseMs(day));
    hourEt[i] = newYorkHour(tsStartMs[i]!);
    isPartialSource[i] = ms < openMs ? 1 : 0;
    assert(tsEndMs[i]! > tsStartMs[i]!, 'a kept bar overlaps its session');
  }
  const prices = { open: take(raw.open), high: take(raw.high), low: take(raw.low), close: take(raw.close) };
  return {
    rows: rows.length,
    tsStartMs,
    tsEndMs,
    session,
    hourEt,
    ...prices,
    volume: take(raw.volume),
    vwap: take(raw.vwap),
    isPartialSource,
  };
}
