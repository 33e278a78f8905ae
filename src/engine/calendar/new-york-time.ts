/**
 * Clock time in New York by law, so that a hashed result does not depend on a machine's time-zone tables.
 *
 * Daylight time began on the first Sunday of April from 1987 (Public Law 99-359) and begins on the second Sunday of
 * March since 2007 (Energy Policy Act of 2005); it ended on the last Sunday of October and ends since 2007 on the first
 * Sunday of November. Each change is at 02:00 local time. Before 1987 it began on the last Sunday of April.
 */
import { civilDate, DAY_MS, dayNumber, weekday } from './civil-date.js';

const HOUR_MS = 3_600_000;
const SUNDAY = 6;

/** The n-th (1-based) given weekday (Monday 0) of a month. */
export function nthWeekday(year: number, month: number, which: number, nth: number): number {
  const first = dayNumber(year, month, 1);
  return first + ((which - weekday(first) + 7) % 7) + (nth - 1) * 7;
}

/** The last given weekday (Monday 0) of a month. */
export function lastWeekday(year: number, month: number, which: number): number {
  const last = (month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1)) - 1;
  return last - ((weekday(last) - which + 7) % 7);
}

interface DaylightTime {
  readonly startMs: number;
  readonly endMs: number;
}

const daylightTimes = new Map<number, DaylightTime>();

function daylightTime(year: number): DaylightTime {
  const known = daylightTimes.get(year);
  if (known !== undefined) return known;
  const startDay =
    year >= 2007
      ? nthWeekday(year, 3, SUNDAY, 2)
      : year >= 1987
        ? nthWeekday(year, 4, SUNDAY, 1)
        : lastWeekday(year, 4, SUNDAY);
  const endDay = year >= 2007 ? nthWeekday(year, 11, SUNDAY, 1) : lastWeekday(year, 10, SUNDAY);
  // 02:00 standard time is 07:00 UTC; 02:00 daylight time is 06:00 UTC.
  const made = { startMs: startDay * DAY_MS + 7 * HOUR_MS, endMs: endDay * DAY_MS + 6 * HOUR_MS };
  daylightTimes.set(year, made);
  return made;
}

/** New York's offset from UTC in milliseconds (negative: west) at a moment. */
export function newYorkOffsetMs(ms: number): number {
  const { startMs, endMs } = daylightTime(civilDate(Math.floor(ms / DAY_MS)).year);
  return (ms >= startMs && ms < endMs ? -4 : -5) * HOUR_MS;
}

/** Day number of the date in New York at a moment. */
export const newYorkDay = (ms: number): number => Math.floor((ms + newYorkOffsetMs(ms)) / DAY_MS);

/** Minutes since midnight in New York at a moment (0..1439). */
export function newYorkMinute(ms: number): number {
  const local = ms + newYorkOffsetMs(ms);
  return Math.floor((local - Math.floor(local / DAY_MS) * DAY_MS) / 60_000);
}

/** Hour in New York at a moment (0..23). */
export const newYorkHour = (ms: number): number => Math.floor(newYorkMinute(ms) / 60);

/** The moment at which New York's clocks show `minute` (since midnight) of a day. Only for times that exist once: after 03:00. */
export function newYorkTimeMs(day: number, minute: number): number {
  const localMs = day * DAY_MS + minute * 60_000;
  // From 03:00 local on, the offset of the day no longer changes, so the offset five hours later in UTC is the day's.
  return localMs - newYorkOffsetMs(localMs + 5 * HOUR_MS);
}
