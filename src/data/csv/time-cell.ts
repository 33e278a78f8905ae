/**
 * The time of a row from its cell, in whole microseconds since the epoch (stage1.md 1.1, 1.2).
 *
 * The first row that has a time decides how the file writes them: a unit by the size of the number, or ISO 8601. A later row
 * of another class is a fault, never a guess.
 */
export const TIME_UNITS = ['s', 'ms', 'us', 'ns'] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

export type TimeRule =
  | { readonly form: 'number'; readonly unit: TimeUnit; readonly isGiven: boolean }
  | { readonly form: 'iso' };

/** Faults are negative, times never are. */
export const TIME_MISSING = -1;
export const TIME_UNREADABLE = -2;
export const TIME_NEGATIVE = -3;
export const TIME_OTHER_UNIT = -4;
export const TIME_OUT_OF_RANGE = -5;
export const TIME_FRACTION = -6;

export function timeFaultText(fault: number, rule: TimeRule | undefined): string {
  switch (fault) {
    case TIME_MISSING:
      return 'the time is missing';
    case TIME_NEGATIVE:
      return 'the time is negative';
    case TIME_OTHER_UNIT:
      return `the time is in another unit than the rest of the file (${unitText(rule)})`;
    case TIME_OUT_OF_RANGE:
      return 'the time is out of range';
    case TIME_FRACTION:
      return `the time is not a whole number of ${unitText(rule)}`;
    default:
      return 'not a time';
  }
}

const unitText = (rule: TimeRule | undefined) =>
  rule === undefined ? 'unknown' : rule.form === 'iso' ? 'ISO 8601' : rule.unit;

const ZERO = 48;
const NINE = 57;
const DOT = 46;
const MINUS = 45;
const PLUS = 43;
const SPACE = 32;
const TAB = 9;

/** How the first readable time is written, or undefined when the cell holds none. */
export function timeRuleOf(bytes: Uint8Array, start: number, end: number): TimeRule | undefined {
  if (readIso(bytes, ...trimmed(bytes, start, end)) !== TIME_UNREADABLE) return { form: 'iso' };
  for (const unit of TIME_UNITS) {
    const rule: TimeRule = { form: 'number', unit, isGiven: false };
    if (readTime(bytes, start, end, rule) >= 0) return rule;
  }
  return undefined;
}

/** Microseconds, or one of the faults above. */
export function readTime(bytes: Uint8Array, start: number, end: number, rule: TimeRule): number {
  if (start < end && (bytes[start]! <= SPACE || bytes[end - 1]! <= SPACE)) [start, end] = trimmed(bytes, start, end);
  if (start >= end) return TIME_MISSING;
  let i = start;
  const isNegative = bytes[i] === MINUS;
  if (isNegative || bytes[i] === PLUS) i++;
  while (i < end - 1 && bytes[i] === ZERO && bytes[i + 1]! >= ZERO && bytes[i + 1]! <= NINE) i++;
  const wholeStart = i;
  let whole = 0;
  // The last three digits are kept apart: nanoseconds of today have 19 digits, more than a double holds.
  while (i < end && bytes[i]! >= ZERO && bytes[i]! <= NINE) i++;
  const wholeEnd = i;
  const digits = wholeEnd - wholeStart;
  let fractionStart = end;
  if (i < end) {
    if (bytes[i] !== DOT || digits === 0) return readUnusual(bytes, start, end, rule);
    fractionStart = ++i;
    while (i < end && bytes[i]! >= ZERO && bytes[i]! <= NINE) i++;
    if (i < end) return readUnusual(bytes, start, end, rule);
  }
  if (digits === 0) return TIME_UNREADABLE;
  if (rule.form === 'iso') return TIME_OTHER_UNIT;
  if (!rule.isGiven && unitOfDigits(digits) !== rule.unit) {
    return isNegative ? TIME_NEGATIVE : TIME_OTHER_UNIT;
  }
  const kept = rule.unit === 'ns' ? wholeEnd - 3 : wholeEnd;
  for (let k = wholeStart; k < kept; k++) whole = whole * 10 + (bytes[k]! - ZERO);
  let isZero = whole === 0;
  if (rule.unit === 'ns') for (let k = Math.max(kept, wholeStart); k < wholeEnd; k++) isZero &&= bytes[k] === ZERO;
  let us = whole;
  if (rule.unit === 's') us = whole * 1e6 + microsOf(bytes, fractionStart, end);
  else {
    for (let k = fractionStart; k < end; k++) if (bytes[k] !== ZERO) return TIME_FRACTION;
    if (rule.unit === 'ms') us = whole * 1000;
  }
  if (isNegative && !(isZero && us === 0)) return TIME_NEGATIVE;
  return us <= Number.MAX_SAFE_INTEGER ? us : TIME_OUT_OF_RANGE;
}

/** The classes of 1.2 by the number of digits before the point: 1e11, 1e14 and 1e17 are the borders. */
const unitOfDigits = (digits: number): TimeUnit =>
  digits <= 11 ? 's' : digits <= 14 ? 'ms' : digits <= 17 ? 'us' : 'ns';

function microsOf(bytes: Uint8Array, start: number, end: number): number {
  let micros = 0;
  for (let k = 0; k < 6; k++) micros = micros * 10 + (start + k < end ? bytes[start + k]! - ZERO : 0);
  return micros;
}

/** ISO 8601, or a number with an exponent. */
function readUnusual(bytes: Uint8Array, start: number, end: number, rule: TimeRule): number {
  const iso = readIso(bytes, start, end);
  if (iso !== TIME_UNREADABLE) return rule.form === 'iso' || rule.isGiven ? iso : TIME_OTHER_UNIT;
  const text = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 40)));
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return TIME_UNREADABLE;
  if (rule.form === 'iso') return TIME_OTHER_UNIT;
  const value = Number(text);
  if (value < 0) return TIME_NEGATIVE;
  const unit = value < 1e11 ? 's' : value < 1e14 ? 'ms' : value < 1e17 ? 'us' : 'ns';
  if (!rule.isGiven && unit !== rule.unit) return TIME_OTHER_UNIT;
  if (rule.unit !== 's' && !Number.isInteger(value)) return TIME_FRACTION;
  const us = { s: value * 1e6, ms: value * 1000, us: value, ns: value / 1000 }[rule.unit];
  return us <= Number.MAX_SAFE_INTEGER ? Math.floor(us) : TIME_OUT_OF_RANGE;
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|z|[+-]\d\d(?::?\d\d)?)?)?$/;

/** No offset means UTC; digits finer than a microsecond are cut off. */
function readIso(bytes: Uint8Array, start: number, end: number): number {
  // Cheap way out for numbers: ISO has its first dash at the fifth place.
  if (end - start < 10 || end - start > 40 || bytes[start + 4] !== MINUS) return TIME_UNREADABLE;
  const parts = ISO.exec(String.fromCharCode(...bytes.subarray(start, end)));
  if (parts === null) return TIME_UNREADABLE;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return TIME_UNREADABLE;
  if (hour > 23 || minute > 59 || second > 59) return TIME_UNREADABLE;
  const offset = offsetMinutes(parts[8]);
  if (offset === undefined) return TIME_UNREADABLE;
  const micros = Number((parts[7] ?? '').slice(0, 6).padEnd(6, '0'));
  const us = (daysSinceEpoch(year, month, day) * 86_400 + hour * 3600 + (minute - offset) * 60 + second) * 1e6 + micros;
  if (us < 0) return TIME_NEGATIVE;
  return us <= Number.MAX_SAFE_INTEGER ? us : TIME_OUT_OF_RANGE;
}

function offsetMinutes(text: string | undefined): number | undefined {
  if (text === undefined || text === 'Z' || text === 'z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3).replace(':', '') || 0);
  if (hours > 23 || minutes > 59) return undefined;
  return (text[0] === '-' ? -1 : 1) * (hours * 60 + minutes);
}

const daysSinceEpoch = (year: number, month: number, day: number) => utcDay(year, month, day);

/** Date.UTC reads years below 100 as 19xx; the calendar repeats every 400 years of 146,097 days. */
const utcDay = (year: number, month: number, day: number) =>
  Date.UTC(year + 400, month - 1, day) / 86_400_000 - 146_097;

const daysIn = (year: number, month: number) => new Date(Date.UTC(year + 400, month, 0)).getUTCDate();

function trimmed(bytes: Uint8Array, start: number, end: number): [number, number] {
  while (start < end && (bytes[start] === SPACE || bytes[start] === TAB)) start++;
  while (end > start && (bytes[end - 1] === SPACE || bytes[end - 1] === TAB)) end--;
  return [start, end];
}
