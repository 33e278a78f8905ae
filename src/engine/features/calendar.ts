/** What the date alone says: day of the week, month, quarter, year, weekend, end of the month. */
import { civilDate, daysInMonth, weekday } from '../calendar/civil-date.js';
import { cosineOfTurn, sineOfTurn } from '../math/turn.js';
import { defineFeature } from './demand-feature.js';

export interface CalendarParams {
  readonly dayOfWeek: boolean;
  readonly month: boolean;
  readonly quarter: boolean;
  readonly year: boolean;
  readonly isWeekend: boolean;
  readonly isMonthEnd: boolean;
  /** Day of the week and month as sine and cosine instead of numbers, so that December is next to January. */
  readonly isCyclical: boolean;
}

interface DateColumn {
  readonly name: string;
  readonly valueAt: (day: number) => number;
}

const monthOf = (day: number) => civilDate(day).month;

function isMonthEnd(day: number): boolean {
  const date = civilDate(day);
  return date.day === daysInMonth(date.year, date.month);
}

/** In the order of forecastlab 8; Monday is 0, January is 1. */
function dateColumns(params: CalendarParams): DateColumn[] {
  const columns: (DateColumn | false)[] = [
    params.dayOfWeek && !params.isCyclical && { name: 'day_of_week', valueAt: weekday },
    params.dayOfWeek && params.isCyclical && { name: 'dow_sin', valueAt: (day) => sineOfTurn(weekday(day) / 7) },
    params.dayOfWeek && params.isCyclical && { name: 'dow_cos', valueAt: (day) => cosineOfTurn(weekday(day) / 7) },
    params.month && !params.isCyclical && { name: 'month', valueAt: monthOf },
    params.month && params.isCyclical && { name: 'month_sin', valueAt: (day) => sineOfTurn(monthOf(day) / 12) },
    params.month && params.isCyclical && { name: 'month_cos', valueAt: (day) => cosineOfTurn(monthOf(day) / 12) },
    params.quarter && { name: 'quarter', valueAt: (day) => Math.ceil(monthOf(day) / 3) },
    params.year && { name: 'year', valueAt: (day) => civilDate(day).year },
    params.isWeekend && { name: 'is_weekend', valueAt: (day) => Number(weekday(day) >= 5) },
    params.isMonthEnd && { name: 'is_month_end', valueAt: (day) => Number(isMonthEnd(day)) },
  ];
  return columns.filter((column) => column !== false);
}

export const calendar = defineFeature<CalendarParams>({
  name: 'calendar',
  doc: 'sin and cos of 2 pi dow / 7 and 2 pi month / 12 (or the numbers), quarter, year, weekend, end of month (forecastlab 8).',
  timeSafety: 'A function of the date, which is known in advance.',
  reads: ['day'],
  defaults: {
    dayOfWeek: true,
    month: true,
    quarter: true,
    year: false,
    isWeekend: true,
    isMonthEnd: true,
    isCyclical: true,
  },
  outputs: (params) => dateColumns(params).map(({ name }) => name),
  prepare({ day }, params, columns) {
    const parts = dateColumns(params);
    // A date is taken apart once, not once a series: there are few different days and many rows.
    const known = new Map<number, number>();
    const tables = parts.map(() => [] as number[]);
    const placeOf = (date: number) => {
      const found = known.get(date);
      if (found !== undefined) return found;
      for (let i = 0; i < parts.length; i++) tables[i]!.push(parts[i]!.valueAt(date));
      known.set(date, known.size);
      return known.size - 1;
    };
    return (from, to) => {
      for (let t = from; t < to; t++) {
        const place = placeOf(day[t]!);
        for (let i = 0; i < columns.length; i++) columns[i]![t] = tables[i]![place]!;
      }
    };
  },
});
