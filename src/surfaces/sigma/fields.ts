/** The union parser (contract 1.3): each wish under all the names the two seeds gave it, read into one meaning. */
import { errors } from '#base/errors.js';
import { canonicalJson, type Json, type JsonObject } from '#base/json.js';
import { formatDay, parseDay } from '#services/strategy/days.js';
import { parseRiskProfile, type RiskProfile } from '#services/strategy/risk-profile.js';

/** A JSON body or a query, before it is understood. */
export type Given = Readonly<Record<string, unknown>>;

const isAbsent = (value: unknown) => value === undefined || value === null;

/** The value under the first of these names that has one; two that differ are a conflict, the left one named first. */
export function pick(given: Given, ...names: readonly string[]): unknown {
  const found = names.filter((name) => !isAbsent(valueAt(given, name)));
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  const value = valueAt(given, first);
  const other = others.find((name) => canonicalJson(valueAt(given, name) as Json) !== canonicalJson(value as Json));
  if (other !== undefined) throw errors.conflictingParameters(first, other);
  return value;
}

/** `config.splits` looks inside the object `config`. */
function valueAt(given: Given, name: string): unknown {
  const [head, tail] = name.split('.', 2) as [string, string | undefined];
  if (tail === undefined) return given[head];
  const inner = given[head];
  return isRecord(inner) ? inner[tail] : undefined;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function textOf(value: unknown, field: string, max = 128): string | null {
  if (isAbsent(value)) return null;
  if (typeof value !== 'string' || value.length === 0 || value.length > max || hasControls(value))
    throw errors.invalidParameter(field, `Must be a text of 1 to ${max} characters`);
  return value;
}

const hasControls = (text: string) => /[\u0000-\u001f\u007f]/.test(text);

export function needText(value: unknown, field: string, max = 128): string {
  const text = textOf(value, field, max);
  if (text === null) throw errors.missingParameter(field);
  return text;
}

export interface Bounds {
  readonly min?: number;
  readonly max?: number;
  /** The bound itself is outside. */
  readonly above?: number;
  readonly below?: number;
}

export function numberOf(value: unknown, field: string, bounds: Bounds): number | null {
  if (isAbsent(value)) return null;
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = bounds;
  const isFine =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    value >= min &&
    value <= max &&
    value > above &&
    value < below;
  if (!isFine) throw errors.invalidParameter(field, `Must be a number ${sayBounds(bounds)}`.trimEnd());
  return value;
}

export function integerOf(value: unknown, field: string, bounds: Bounds): number | null {
  const number = numberOf(value, field, bounds);
  if (number !== null && !Number.isInteger(number)) throw errors.invalidParameter(field, 'Must be an integer');
  return number;
}

function sayBounds({ min, max, above, below }: Bounds): string {
  const from = min !== undefined ? `from ${min}` : above !== undefined ? `above ${above}` : '';
  const to = max !== undefined ? `to ${max}` : below !== undefined ? `below ${below}` : '';
  return [from, to].filter((part) => part !== '').join(' ');
}

export function flagOf(value: unknown, field: string): boolean | null {
  if (isAbsent(value)) return null;
  if (typeof value === 'boolean') return value;
  const text = String(value).toLowerCase();
  if (['true', '1', 'yes'].includes(text)) return true;
  if (['false', '0', 'no'].includes(text)) return false;
  throw errors.invalidParameter(field, 'Must be true or false');
}

export function choiceOf<T extends string>(value: unknown, field: string, choices: readonly T[]): T | null {
  if (isAbsent(value)) return null;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw errors.invalidParameter(field, `Must be one of ${choices.join(', ')}`);
  return found;
}

export function riskProfileOf(value: unknown): RiskProfile | null {
  if (isAbsent(value)) return null;
  const profile = typeof value === 'string' ? parseRiskProfile(value) : undefined;
  if (profile === undefined)
    throw errors.invalidParameter('risk_profile', 'Must be Conservative, Balanced or Aggressive');
  return profile;
}

/** Strict dates, in order, within the span a matrix may cover. */
export function daysOf(given: Given): { startDay: number | null; endDay: number | null } {
  const startDay = dayOf(pick(given, 'start', 'start_date'), given['start'] === undefined ? 'start_date' : 'start');
  const endDay = dayOf(pick(given, 'end', 'end_date'), given['end'] === undefined ? 'end_date' : 'end');
  if (startDay !== null && endDay !== null) {
    if (startDay > endDay) throw errors.invalidParameter('start', 'Must not be after end');
    if (endDay - startDay > SPAN_DAYS_MAX)
      throw errors.invalidParameter('start', `The range may cover at most ${SPAN_YEARS_MAX} years`);
  }
  return { startDay, endDay };
}

export function needDays(given: Given): { startDay: number; endDay: number } {
  const { startDay, endDay } = daysOf(given);
  if (startDay === null) throw errors.missingParameter('start');
  if (endDay === null) throw errors.missingParameter('end');
  return { startDay, endDay };
}

/** Not the contract's twenty: the S&P 500 series the product shows itself with is longer (docs/decisions). */
const SPAN_YEARS_MAX = 30;
const SPAN_DAYS_MAX = SPAN_YEARS_MAX * 366;
const YEARS = [1990, 2040] as const;

function dayOf(value: unknown, field: string): number | null {
  if (isAbsent(value)) return null;
  const day = typeof value === 'string' ? parseDay(value) : undefined;
  if (day === undefined) throw errors.invalidParameter(field, 'Must be in YYYY-MM-DD format');
  const year = Number(formatDay(day).slice(0, 4));
  if (year < YEARS[0] || year > YEARS[1])
    throw errors.invalidParameter(field, `Must be between ${YEARS[0]} and ${YEARS[1]}`);
  return day;
}

/** `[13, 14]`, `"13,14"`; none, null and the empty list mean every hour. */
export function hoursOf(value: unknown, field = 'allowed_hours'): number[] | null {
  if (isAbsent(value) || value === '') return null;
  const hours = typeof value === 'string' ? numbersIn(value) : value;
  const isFine =
    Array.isArray(hours) &&
    hours.every((hour) => Number.isInteger(hour) && (hour as number) >= 0 && (hour as number) <= 23);
  if (!isFine) throw errors.invalidParameter(field, 'Must be hours from 0 to 23');
  const sorted = [...new Set(hours as number[])].sort((a, b) => a - b);
  return sorted.length === 0 ? null : sorted;
}

const THRESHOLDS_MAX = 50;

/** A number, a list, or `"0.55,0.60"`: each above 0 and below 1, once, ascending. */
export function thresholdsOf(value: unknown, field = 'thresholds'): number[] | null {
  if (isAbsent(value)) return null;
  const list = typeof value === 'number' ? [value] : typeof value === 'string' ? numbersIn(value) : value;
  const isFine =
    Array.isArray(list) && list.length > 0 && list.every((one) => typeof one === 'number' && one > 0 && one < 1);
  if (!isFine) throw errors.invalidParameter(field, 'Must be numbers above 0 and below 1');
  const sorted = [...new Set(list as number[])].sort((a, b) => a - b);
  if (sorted.length > THRESHOLDS_MAX) throw errors.invalidParameter(field, `Must be at most ${THRESHOLDS_MAX} values`);
  return sorted;
}

/** Above 1 it is percent; in the S2 sweep, where whole numbers are written, 1 is one percent as well. */
export function topPctOf(value: unknown, field = 'top_pct', oneIsPercent = false): number | null {
  if (isAbsent(value)) return null;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !(number > 0 && number <= 100))
    throw errors.invalidParameter(field, 'Must be above 0 and at most 100');
  return number > 1 || (oneIsPercent && number === 1) ? number / 100 : number;
}

/** Undefined where any part is no number. */
function numbersIn(text: string): number[] | undefined {
  const parts = text.split(',').map((part) => part.trim());
  const numbers = parts.map((part) => (part === '' ? Number.NaN : Number(part)));
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

/** Names of columns or indicators. */
export function namesOf(value: unknown, field: string): string[] | null {
  if (isAbsent(value)) return null;
  const isFine =
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= 500 &&
    value.every((name) => typeof name === 'string' && name.length > 0 && name.length <= 200 && !hasControls(name));
  if (!isFine) throw errors.invalidParameter(field, 'Must be a list of names');
  return value as string[];
}

/** Upper case, of the characters a ticker may have. */
export function tickerOf(value: unknown, field = 'ticker'): string | null {
  const text = textOf(value, field, 12);
  if (text === null) return null;
  const ticker = text.toUpperCase();
  if (!/^[A-Z0-9.^:-]{1,12}$/.test(ticker))
    throw errors.invalidParameter(field, 'Must be 1 to 12 letters, digits, or . ^ : -');
  return ticker;
}

/** A whole sha or at least eight of its digits. */
export function shaOf(value: unknown, field = 'matrix_sha'): string | null {
  const text = textOf(value, field, 64);
  if (text !== null && !/^[0-9a-fA-F]{8,64}$/.test(text))
    throw errors.invalidParameter(field, 'Must be 8 to 64 hexadecimal digits');
  return text;
}

export const objectOf = (value: unknown, field: string): JsonObject | null => {
  if (isAbsent(value)) return null;
  if (!isRecord(value)) throw errors.invalidParameter(field, 'Must be an object');
  return value as JsonObject;
};
