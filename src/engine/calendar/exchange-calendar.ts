/**
 * The New York Stock Exchange's sessions, 1990-2040, computed by rule (NYSE Rule 7.2 and the exchange's own notices).
 *
 * Sessions are named by the day number of their date in New York. A session opens at 09:30 and closes at 16:00, or
 * earlier on the days listed here. Unscheduled interruptions within a session are not modelled.
 */
import { errors } from '#base/errors.js';
import { civilDate, dayNumber, formatDay, weekday } from './civil-date.js';
import { lastWeekday, newYorkTimeMs, nthWeekday } from './new-york-time.js';

/** Changes whenever a rule or a listed day changes: it is part of every matrix's identity. v2: how long a vendor's hour at the bell lasts. */
export const calendarVersion = 'XNYS-1990-2040-v2';
export const CALENDAR_ZONE = 'America/New_York';

export const FIRST_YEAR = 1990;
export const LAST_YEAR = 2040;

const OPEN_MINUTE = 9 * 60 + 30;
const CLOSE_MINUTE = 16 * 60;
const EARLY_CLOSE_MINUTE = 13 * 60;
/** Until 1992 the short days ended at 14:00. */
const OLD_EARLY_CLOSE_MINUTE = 14 * 60;

const [MONDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY] = [0, 3, 4, 5, 6];

/** Closed for one occasion: funerals of presidents, the attacks of 2001, hurricane Sandy. */
const CLOSED_ONCE = [
  [1994, 4, 27],
  [2001, 9, 11],
  [2001, 9, 12],
  [2001, 9, 13],
  [2001, 9, 14],
  [2004, 6, 11],
  [2007, 1, 2],
  [2012, 10, 29],
  [2012, 10, 30],
  [2018, 12, 5],
  [2025, 1, 9],
] as const;

/** Short days that no rule gives. */
const EARLY_ONCE = [
  [1997, 12, 26],
  [1999, 12, 31],
  [2003, 12, 26],
] as const;

/** Easter Sunday, anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, ch. 8). */
function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  return dayNumber(year, month, ((h + l - 7 * m + 114) % 31) + 1);
}

/** A holiday on a Saturday is kept on Friday, one on a Sunday on Monday. */
function observed(day: number): number {
  if (weekday(day) === SATURDAY) return day - 1;
  return weekday(day) === SUNDAY ? day + 1 : day;
}

function holidaysOf(year: number): number[] {
  const newYear = dayNumber(year, 1, 1);
  const days = [
    // On a Saturday New Year's Day is not kept at all: the Friday before ends the accounting year.
    weekday(newYear) === SUNDAY ? newYear + 1 : newYear,
    nthWeekday(year, 2, MONDAY, 3),
    easterSunday(year) - 2,
    lastWeekday(year, 5, MONDAY),
    observed(dayNumber(year, 7, 4)),
    nthWeekday(year, 9, MONDAY, 1),
    nthWeekday(year, 11, THURSDAY, 4),
    observed(dayNumber(year, 12, 25)),
  ];
  if (year >= 1998) days.push(nthWeekday(year, 1, MONDAY, 3));
  if (year >= 2022) days.push(observed(dayNumber(year, 6, 19)));
  return days;
}

/** Days that close early, with their closing minute; days that are holidays as well are closed. */
function earlyClosesOf(year: number): [day: number, minute: number][] {
  const minute = year < 1993 ? OLD_EARLY_CLOSE_MINUTE : EARLY_CLOSE_MINUTE;
  const days: [number, number][] = [];
  if (year >= 1992) days.push([nthWeekday(year, 11, THURSDAY, 4) + 1, minute]);
  const christmasEve = dayNumber(year, 12, 24);
  if (weekday(christmasEve) < FRIDAY) days.push([christmasEve, minute]);
  if (year >= 1995) {
    const independenceEve = dayNumber(year, 7, 3);
    const day = weekday(independenceEve);
    // Until 2012 a Thursday holiday gave the short day to the Friday after, since 2013 to the Wednesday before.
    if (day <= THURSDAY && day !== 2) days.push([independenceEve, minute]);
    if (day === 2) days.push([year >= 2013 ? independenceEve : independenceEve + 2, minute]);
  }
  for (const [y, m, d] of EARLY_ONCE) if (y === year) days.push([dayNumber(y, m, d), minute]);
  return days;
}

interface Calendar {
  readonly first: number;
  readonly last: number;
  /** Session days, ascending. */
  readonly sessions: Int32Array;
  /** For each day from `first`: position of the latest session at or before it, -1 before the first. */
  readonly position: Int32Array;
  readonly closeMinute: Int16Array;
  /** Days closed by a rule known years ahead, unlike those closed once. */
  readonly holidays: ReadonlySet<number>;
}

let made: Calendar | undefined;

/** The table is a constant; it is computed at first use because most processes never ask for it. */
function calendar(): Calendar {
  made ??= makeCalendar();
  return made;
}

function makeCalendar(): Calendar {
  const first = dayNumber(FIRST_YEAR, 1, 1);
  const last = dayNumber(LAST_YEAR, 12, 31);
  const holidays = new Set<number>();
  const early = new Map<number, number>();
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year++) {
    for (const day of holidaysOf(year)) holidays.add(day);
    for (const [day, minute] of earlyClosesOf(year)) early.set(day, minute);
  }
  const closed = new Set([...holidays, ...CLOSED_ONCE.map(([year, month, day]) => dayNumber(year, month, day))]);
  const sessions: number[] = [];
  const position = new Int32Array(last - first + 1);
  for (let day = first; day <= last; day++) {
    if (weekday(day) < SATURDAY && !closed.has(day)) sessions.push(day);
    position[day - first] = sessions.length - 1;
  }
  const closeMinute = Int16Array.from(sessions, (day) => early.get(day) ?? CLOSE_MINUTE);
  return { first, last, sessions: Int32Array.from(sessions), position, closeMinute, holidays };
}

function positionAtOrBefore(day: number): number {
  const { first, last, position } = calendar();
  if (!(day >= first && day <= last))
    throw errors.calendarRange(Number.isFinite(day) ? formatDay(day) : String(day), FIRST_YEAR, LAST_YEAR);
  return position[day - first]!;
}

/** Whether the calendar covers a day at all; outside it every other function throws `calendar_range`. */
export function isCovered(day: number): boolean {
  return day >= calendar().first && day <= calendar().last;
}

export function isSession(day: number): boolean {
  const position = positionAtOrBefore(day);
  return position >= 0 && calendar().sessions[position] === day;
}

/** Position of a session in the list of all sessions since 1990: consecutive sessions have consecutive numbers; -1 when the day is none. */
export function sessionIndex(day: number): number {
  return isSession(day) ? positionAtOrBefore(day) : -1;
}

function sessionAt(position: number, from: number): number {
  const day = calendar().sessions[position];
  if (day === undefined) throw errors.calendarRange(formatDay(from), FIRST_YEAR, LAST_YEAR);
  return day;
}

/** The session `count` sessions after (negative: before) a day; from a day without session, the count starts at the session before it. */
export const addSessions = (day: number, count: number): number => sessionAt(positionAtOrBefore(day) + count, day);

export const nextSession = (day: number): number => addSessions(day, 1);

/** The last session strictly before a day. */
export const previousSession = (day: number): number =>
  sessionAt(positionAtOrBefore(day) - (isSession(day) ? 1 : 0), day);

/** All sessions with `from <= day <= to`, ascending. */
export function sessionsBetween(from: number, to: number): Int32Array {
  const { sessions, first, last } = calendar();
  if (from > to) return new Int32Array(0);
  const begin = Math.max(from, first);
  const end = Math.min(to, last);
  if (begin > end) return new Int32Array(0);
  const start = positionAtOrBefore(begin) + (isSession(begin) ? 0 : 1);
  return sessions.slice(start, positionAtOrBefore(end) + 1);
}

/** Minutes since midnight in New York at which a session closes: 960, or less on a short day. */
export function closeMinute(session: number): number {
  const position = sessionIndex(session);
  if (position < 0) throw errors.notASession(formatDay(session));
  return calendar().closeMinute[position]!;
}

export const isEarlyClose = (session: number): boolean => closeMinute(session) < CLOSE_MINUTE;

/** Moment of the opening bell. */
export const sessionOpenMs = (session: number): number => newYorkTimeMs(session, OPEN_MINUTE);

/** Moment of the closing bell. */
export const sessionCloseMs = (session: number): number => newYorkTimeMs(session, closeMinute(session));

/** Last session of its month. */
export const isMonthEnd = (session: number): boolean =>
  civilDate(nextSession(session)).month !== civilDate(session).month;

/** Last session of its quarter. */
export const isQuarterEnd = (session: number): boolean => isMonthEnd(session) && civilDate(session).month % 3 === 0;

/** The month's standard options expire: the third Friday, or the Thursday before when that Friday is a holiday. */
export function isOptionExpiry(session: number): boolean {
  const { year, month } = civilDate(session);
  const thirdFriday = nthWeekday(year, month, FRIDAY, 3);
  return session === (isSession(thirdFriday) ? thirdFriday : previousSession(thirdFriday));
}

/**
 * The next weekday is an exchange holiday. Days closed once do not count: nobody knew on 10 September 2001 that the
 * exchange would be closed on the next day, and a flag that did would look ahead.
 */
export function isHolidayEve(session: number): boolean {
  const nextWeekday = session + (weekday(session) >= FRIDAY ? 7 - weekday(session) : 1);
  return isSession(session) && calendar().holidays.has(nextWeekday);
}
