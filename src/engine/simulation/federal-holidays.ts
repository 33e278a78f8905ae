/** Holidays of the United States' federal law, on their own dates (5 U.S.C. 6103; forecastlab 18). */
import { dayNumber } from '../calendar/civil-date.js';
import { lastWeekday, nthWeekday } from '../calendar/new-york-time.js';

export interface Holiday {
  readonly day: number;
  readonly name: string;
}

const [MONDAY, THURSDAY] = [0, 3];

/** The eleven holidays of a year, by date. */
export const federalHolidays = (year: number): Holiday[] => [
  { day: dayNumber(year, 1, 1), name: "New Year's Day" },
  { day: nthWeekday(year, 1, MONDAY, 3), name: 'Martin Luther King Jr. Day' },
  { day: nthWeekday(year, 2, MONDAY, 3), name: "Presidents' Day" },
  { day: lastWeekday(year, 5, MONDAY), name: 'Memorial Day' },
  { day: dayNumber(year, 6, 19), name: 'Juneteenth' },
  { day: dayNumber(year, 7, 4), name: 'Independence Day' },
  { day: nthWeekday(year, 9, MONDAY, 1), name: 'Labor Day' },
  { day: nthWeekday(year, 10, MONDAY, 2), name: 'Columbus Day' },
  { day: dayNumber(year, 11, 11), name: 'Veterans Day' },
  { day: nthWeekday(year, 11, THURSDAY, 4), name: 'Thanksgiving' },
  { day: dayNumber(year, 12, 25), name: 'Christmas Day' },
];
