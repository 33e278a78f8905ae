/** Stored bars of option contracts become option flow: what was traded by strike, at the moment it was known. */
import { isCovered, isSession, sessionCloseMs } from '../calendar/exchange-calendar.js';
import { newYorkDay, newYorkMinute, newYorkTimeMs } from '../calendar/new-york-time.js';
import type { OptionFlow } from '../frame/option-chain.js';

/** Columns as a store hands them over, in any order; NaN is not known. */
export interface RawOptionBars {
  /** Bar start, microseconds since the epoch, UTC. */
  readonly timestampUs: Float64Array;
  /** How long the bars last: 1, 5, 15, 30, 60, or 1440 for a whole session. */
  readonly minutes: Float64Array;
  readonly expiryDay: Float64Array;
  readonly strike: Float64Array;
  /** 1 for a call, 0 for a put. */
  readonly isCall: Float64Array;
  readonly volume: Float64Array;
  readonly vwap: Float64Array;
}

/** A standard contract is for a hundred shares. */
const SHARES = 100;
const SESSION_MINUTES = 1440;

/**
 * Sorted by the moment each bar is over: the end of its stretch of the New York clock (a bar of the hour 09:30 is known at 10:00), at
 * the latest the session's close when it began before. Rows on days without a session and rows without volume are left out.
 */
export function flowFromColumns(raw: RawOptionBars): OptionFlow {
  const ends = Float64Array.from(raw.timestampUs, (us, row) => endOf(us / 1000, raw.minutes[row]!));
  const rows = Array.from(ends, (_, row) => row)
    .filter((row) => Number.isFinite(ends[row]!) && raw.volume[row]! >= 0)
    .sort(
      (a, b) =>
        ends[a]! - ends[b]! ||
        raw.expiryDay[a]! - raw.expiryDay[b]! ||
        raw.strike[a]! - raw.strike[b]! ||
        raw.isCall[a]! - raw.isCall[b]! ||
        raw.timestampUs[a]! - raw.timestampUs[b]!,
    );
  return {
    rows: rows.length,
    tsEndMs: Float64Array.from(rows, (row) => ends[row]!),
    expiryDay: Int32Array.from(rows, (row) => raw.expiryDay[row]!),
    strike: Float64Array.from(rows, (row) => raw.strike[row]!),
    isCall: Uint8Array.from(rows, (row) => raw.isCall[row]!),
    volume: Float64Array.from(rows, (row) => raw.volume[row]!),
    // Nothing traded is nothing paid, whatever the price would have been.
    premium: Float64Array.from(rows, (row) => (raw.volume[row] === 0 ? 0 : raw.volume[row]! * raw.vwap[row]! * SHARES)),
  };
}

/** NaN on a day without a session. */
function endOf(startMs: number, minutes: number): number {
  const day = minutes >= SESSION_MINUTES && startMs % 86_400_000 === 0 ? startMs / 86_400_000 : newYorkDay(startMs);
  if (!isCovered(day) || !isSession(day)) return Number.NaN;
  const closesMs = sessionCloseMs(day);
  if (minutes >= SESSION_MINUTES) return closesMs;
  const bucket = Math.floor(newYorkMinute(startMs) / minutes) * minutes;
  const endMs = newYorkTimeMs(day, bucket + minutes);
  return startMs < closesMs ? Math.min(endMs, closesMs) : endMs;
}
