import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dayNumber, formatDay, parseDay } from './civil-date.js';
import {
  addSessions,
  closeMinute,
  isEarlyClose,
  isHolidayEve,
  isOptionExpiry,
  isQuarterEnd,
  isSession,
  nextSession,
  previousSession,
  sessionCloseMs,
  sessionOpenMs,
  sessionsBetween,
} from './exchange-calendar.js';

const day = (text: string) => parseDay(text)!;

/** Files of daily US prices: their dates are the sessions that were. */
const FILES = [
  '../shared/data/ohlcv/quotes_default_daily.csv',
  '../shared/data/ohlcv/quotes_spx_daily.csv',
  'node_modules/vega-datasets/data/sp500-2000.csv',
  'node_modules/@observablehq/sample-datasets/aapl.csv',
];

function datesOf(path: string): number[] {
  const rows = readFileSync(path, 'utf8').trim().split(/\r?\n/).slice(1);
  return rows.map((row) => {
    const text = row.split(',')[0]!;
    const [month, ofMonth, year] = text.split('/').map(Number);
    return year === undefined ? day(text) : dayNumber(year, month!, ofMonth!);
  });
}

describe('exchange calendar', () => {
  for (const path of FILES) {
    it.skipIf(!existsSync(path))(
      `holds exactly the sessions that ${path} shows (skipped when the file is absent)`,
      () => {
        const dates = datesOf(path);
        const shown = new Set(dates);
        expect(dates.filter((date) => !isSession(date)).map(formatDay)).toEqual([]);
        const expected = Array.from(sessionsBetween(dates[0]!, dates.at(-1)!));
        expect(expected.filter((date) => !shown.has(date)).map(formatDay)).toEqual([]);
      },
    );
  }

  it.each([
    [1990, 253],
    [1991, 253],
    [1995, 252],
    [2001, 248],
    [2004, 252],
    [2007, 251],
    [2012, 250],
    [2013, 252],
    [2016, 252],
    [2018, 251],
    [2020, 253],
    [2021, 252],
    [2022, 251],
    [2023, 250],
    [2024, 252],
    [2025, 250],
  ])('%i has %i sessions, as the exchange counted', (year, count) => {
    expect(sessionsBetween(dayNumber(year, 1, 1), dayNumber(year, 12, 31)).length).toBe(count);
  });

  it.each([
    '2001-09-12',
    '2004-06-11',
    '2007-01-02',
    '2012-10-30',
    '2018-12-05',
    '2025-01-09',
    '2022-06-20',
    '2021-12-24',
    '2024-03-29',
    '1998-01-19',
  ])('is closed on %s', (text) => expect(isSession(day(text))).toBe(false));

  it.each(['1997-01-20', '2010-12-31', '2021-12-31', '2021-06-18', '2019-06-19'])('is open on %s', (text) =>
    expect(isSession(day(text))).toBe(true),
  );

  it.each([
    '2019-07-03',
    '2013-07-03',
    '2002-07-05',
    '2024-11-29',
    '2020-12-24',
    '2018-12-24',
    '2003-12-26',
    '2023-07-03',
  ])('closes early on %s', (text) => {
    expect(closeMinute(day(text))).toBe(780);
  });

  it.each(['2013-07-05', '2015-07-02', '2021-12-23', '2024-07-05'])('closes at 16:00 on %s', (text) =>
    expect(isEarlyClose(day(text))).toBe(false),
  );

  it('opens and closes by the clock of New York through every change of daylight time', () => {
    expect(new Date(sessionOpenMs(day('2024-01-16'))).toISOString()).toBe('2024-01-16T14:30:00.000Z');
    expect(new Date(sessionCloseMs(day('2024-01-16'))).toISOString()).toBe('2024-01-16T21:00:00.000Z');
    const clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'America/New_York',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    const wrong = Array.from(sessionsBetween(dayNumber(1990, 1, 1), dayNumber(2040, 12, 31))).filter(
      (session) => clock.format(sessionOpenMs(session)) !== '09:30',
    );
    expect(wrong.map(formatDay)).toEqual([]);
  });

  it('walks from session to session over weekends and holidays', () => {
    expect(formatDay(nextSession(day('2024-03-28')))).toBe('2024-04-01');
    expect(formatDay(previousSession(day('2024-04-01')))).toBe('2024-03-28');
    expect(formatDay(previousSession(day('2024-03-30')))).toBe('2024-03-28');
    expect(formatDay(addSessions(day('2001-09-10'), 1))).toBe('2001-09-17');
  });

  it('knows expiries, quarter ends and the eves of holidays', () => {
    expect(isOptionExpiry(day('2024-06-21'))).toBe(true);
    // The third Friday of April 2019 was Good Friday.
    expect(isOptionExpiry(day('2019-04-18'))).toBe(true);
    expect(isQuarterEnd(day('2024-03-28'))).toBe(true);
    expect(isHolidayEve(day('2024-03-28'))).toBe(true);
    expect(isHolidayEve(day('2024-08-30'))).toBe(true);
    expect(isHolidayEve(day('2024-08-23'))).toBe(false);
    // The day before was an ordinary day: its closure was known to nobody.
    expect(isHolidayEve(day('2001-09-10'))).toBe(false);
    expect(isHolidayEve(day('2012-10-26'))).toBe(false);
  });

  it('refuses days outside 1990 to 2040', () => {
    expect(() => isSession(dayNumber(1989, 12, 29))).toThrow(/1990 to 2040/);
    expect(() => isSession(dayNumber(2041, 1, 2))).toThrow(/1990 to 2040/);
  });
});
