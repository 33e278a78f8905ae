/** The tables of a tear sheet: what each month and year brought, and the deepest falls with their dates. */
import { assert } from '#base/assert.js';
import { civilDate } from '../calendar/civil-date.js';
import { compound, equityCurve } from './returns.js';

/** Returns per session in time order; `day` counts days since 1970-01-01. Every return is a finite number. */
export interface SessionReturns {
  readonly day: ArrayLike<number>;
  readonly returns: ArrayLike<number>;
}

export interface MonthReturn {
  readonly year: number;
  /** 1..12. */
  readonly month: number;
  readonly sessions: number;
  readonly value: number;
}

/** prod(1 + r) - 1 of every month with sessions, in time order. */
export function monthlyReturns(series: SessionReturns): MonthReturn[] {
  return runsOf(series, ({ year, month }) => year * 12 + month - 1).map(({ key, returns }) => ({
    year: Math.floor(key / 12),
    month: (key % 12) + 1,
    sessions: returns.length,
    value: compound(returns),
  }));
}

export interface YearReturn {
  readonly year: number;
  readonly sessions: number;
  readonly value: number;
  /** Best and worst month of the year. */
  readonly bestMonth: number;
  readonly worstMonth: number;
}

export function annualReturns(series: SessionReturns): YearReturn[] {
  const months = monthlyReturns(series);
  return runsOf(series, ({ year }) => year).map(({ key, returns }) => {
    const values = months.filter(({ year }) => year === key).map(({ value }) => value);
    return {
      year: key,
      sessions: returns.length,
      value: compound(returns),
      bestMonth: Math.max(...values),
      worstMonth: Math.min(...values),
    };
  });
}

export interface Drawdown {
  /** Below zero. */
  readonly depth: number;
  /** Last session at the old height; null where it fell from the start. */
  readonly peakDay: number | null;
  readonly valleyDay: number;
  /** First session at the old height again; null while it has not come back. */
  readonly recoveryDay: number | null;
  /** Sessions below the old height. */
  readonly sessions: number;
}

/** The deepest falls, deepest first (equal ones in time order); two never overlap. */
export function topDrawdowns({ day, returns }: SessionReturns, count = 5): Drawdown[] {
  checkSeries({ day, returns });
  const { drawdown } = equityCurve(returns);
  const found: Drawdown[] = [];
  for (let at = 0; at < drawdown.length; at++) {
    if (drawdown[at]! >= 0) continue;
    const first = at;
    let valley = at;
    for (; at < drawdown.length && drawdown[at]! < 0; at++) if (drawdown[at]! < drawdown[valley]!) valley = at;
    found.push({
      depth: drawdown[valley]!,
      peakDay: first === 0 ? null : day[first - 1]!,
      valleyDay: day[valley]!,
      recoveryDay: at < drawdown.length ? day[at]! : null,
      sessions: at - first,
    });
  }
  return found.sort((a, b) => a.depth - b.depth || a.valleyDay - b.valleyDay).slice(0, count);
}

function checkSeries({ day, returns }: SessionReturns): void {
  assert(day.length === returns.length, 'every session has a return');
  for (let i = 0; i < day.length; i++) {
    assert(Number.isFinite(returns[i]), 'every return is a finite number');
    assert(i === 0 || day[i]! > day[i - 1]!, 'sessions are in time order');
  }
}

/** Stretches of sessions of one month or year. */
function runsOf(series: SessionReturns, keyOf: (date: { year: number; month: number }) => number) {
  checkSeries(series);
  const runs: { key: number; returns: number[] }[] = [];
  for (let i = 0; i < series.day.length; i++) {
    const key = keyOf(civilDate(series.day[i]!));
    if (runs.at(-1)?.key !== key) runs.push({ key, returns: [] });
    runs.at(-1)!.returns.push(series.returns[i]!);
  }
  return runs;
}
