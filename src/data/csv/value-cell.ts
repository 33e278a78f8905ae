/**
 * The value of a cell: what kind it is, and the number it spells, exactly.
 *
 * A decimal whose digits fit 15 places and whose power of ten is at most 22 is one multiplication or division of two exact
 * doubles, hence rounded once and right (Clinger, 1990); everything else goes through the language's own parser.
 */
import { isUtf8 } from 'node:buffer';
import type { ColumnType } from '../timeseries/port.js';

/** Kinds are bits, so that a column's are or-ed together. */
export const EMPTY = 0;
export const INTEGER = 1;
export const NUMBER = 2;
/** `NaN`, `inf`, `-inf`: a number that is none, stored as null. */
export const NOT_FINITE = 4;
export const TRUTH = 8;
export const TEXT = 16;
/** Text that cannot be stored: not UTF-8, or holding a NUL byte. */
export const UNSTORABLE = 32;

const ZERO = 48;
const NINE = 57;
const DOT = 46;
const MINUS = 45;
const PLUS = 43;
const SPACE = 32;
const TAB = 9;
const LOWER_E = 101;
const UPPER_E = 69;

const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
const INT64_MAX = 9_223_372_036_854_775_807n;
const WORD = /^(nan|[+-]?inf(?:inity)?|true|false)$/i;

const isBlankByte = (byte: number) => byte === SPACE || byte === TAB;

/** What the cell is; blanks around numbers and truths do not count. */
export function kindOf(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return EMPTY;
  const from = start;
  const to = end;
  if (bytes[start]! <= SPACE || bytes[end - 1]! <= SPACE) {
    while (start < end && isBlankByte(bytes[start]!)) start++;
    while (end > start && isBlankByte(bytes[end - 1]!)) end--;
    if (start >= end) return EMPTY;
  }
  let i = start;
  if (bytes[i] === MINUS || bytes[i] === PLUS) i++;
  const wholeStart = i;
  while (i < end && bytes[i]! >= ZERO && bytes[i]! <= NINE) i++;
  let digits = i - wholeStart;
  if (i === end && digits > 0) return digits <= 18 ? INTEGER : kindOfLongInteger(bytes, start, end);
  if (bytes[i] === DOT && i < end) {
    const fractionStart = ++i;
    while (i < end && bytes[i]! >= ZERO && bytes[i]! <= NINE) i++;
    digits += i - fractionStart;
    if (i === end && digits > 0) return digits < 300 ? NUMBER : kindOfUnusualNumber(bytes, start, end);
  }
  if (digits > 0 && i < end - 1 && (bytes[i] === LOWER_E || bytes[i] === UPPER_E)) {
    i++;
    if (bytes[i] === MINUS || bytes[i] === PLUS) i++;
    const exponentStart = i;
    while (i < end && bytes[i]! >= ZERO && bytes[i]! <= NINE) i++;
    if (i === end && i > exponentStart) return kindOfUnusualNumber(bytes, start, end);
  }
  return kindOfWord(bytes, start, end, from, to);
}

function kindOfLongInteger(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 300) return kindOfUnusualNumber(bytes, start, end);
  const value = BigInt(latin1(bytes, bytes[start] === PLUS ? start + 1 : start, end));
  return value <= INT64_MAX && value >= -INT64_MAX - 1n ? INTEGER : NUMBER;
}

/** A number too large for a double stays text: as a number it would silently become nothing. */
const kindOfUnusualNumber = (bytes: Uint8Array, start: number, end: number): number =>
  Number.isFinite(Number(latin1(bytes, start, end))) ? NUMBER : TEXT;

function kindOfWord(bytes: Uint8Array, start: number, end: number, from: number, to: number): number {
  if (end - start <= 9) {
    const word = WORD.exec(latin1(bytes, start, end))?.[1]?.toLowerCase();
    if (word === 'true' || word === 'false') return TRUTH;
    if (word !== undefined) return NOT_FINITE;
  }
  return isStorable(bytes, from, to) ? TEXT : UNSTORABLE;
}

/** Whether the bytes are UTF-8 without NUL. */
export function isStorable(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === 0) return false;
    if (byte >= 0x80) return isUtf8(bytes.subarray(start, end)) && bytes.subarray(i, end).indexOf(0) < 0;
  }
  return true;
}

/** The type of a new column whose cells were of these kinds (stage1.md 6.7 rule 3). */
export function typeOfKinds(kinds: number): ColumnType {
  if ((kinds & (TEXT | UNSTORABLE)) !== 0) return 'VARCHAR';
  if ((kinds & TRUTH) !== 0) return kinds === TRUTH ? 'BOOLEAN' : 'VARCHAR';
  return kinds === INTEGER ? 'BIGINT' : 'DOUBLE';
}

/** Which kinds a column of this type takes. Text takes any cell; what a numeric column widens to is decided later. */
export const kindsTakenBy = (type: ColumnType): number =>
  type === 'VARCHAR'
    ? INTEGER | NUMBER | NOT_FINITE | TRUTH | TEXT
    : type === 'BOOLEAN'
      ? TRUTH
      : INTEGER | NUMBER | NOT_FINITE;

/** The number of a cell of kind INTEGER or NUMBER, rounded correctly; NaN for NOT_FINITE and EMPTY. */
export function readNumber(bytes: Uint8Array, start: number, end: number): number {
  while (start < end && bytes[start]! <= SPACE) start++;
  while (end > start && bytes[end - 1]! <= SPACE) end--;
  if (start >= end) return Number.NaN;
  let i = start;
  const isNegative = bytes[i] === MINUS;
  if (isNegative || bytes[i] === PLUS) i++;
  while (bytes[i] === ZERO && i < end - 1) i++;
  let mantissa = 0;
  let digits = 0;
  let scale = 0;
  for (; i < end; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit < 0 || digit > 9) break;
    mantissa = mantissa * 10 + digit;
    digits++;
  }
  if (i < end && bytes[i] === DOT) {
    const point = ++i;
    for (; i < end; i++) {
      const digit = bytes[i]! - ZERO;
      if (digit < 0 || digit > 9) break;
      mantissa = mantissa * 10 + digit;
    }
    scale = i - point;
    digits += scale;
  }
  if (i < end || digits > EXACT_DIGITS) return readSlowly(bytes, start, end);
  const value = scale === 0 ? mantissa : mantissa / POWERS_OF_TEN[scale]!;
  return isNegative ? -value : value;
}

function readSlowly(bytes: Uint8Array, start: number, end: number): number {
  const value = Number(latin1(bytes, start, end));
  return Number.isFinite(value) ? value : Number.NaN;
}

/** The integer of a cell of kind INTEGER, written as 64 bits. */
export function readInteger(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: BigInt64Array,
  words: Uint32Array,
  row: number,
): void {
  while (start < end && bytes[start]! <= SPACE) start++;
  while (end > start && bytes[end - 1]! <= SPACE) end--;
  let i = start;
  const isNegative = bytes[i] === MINUS;
  if (isNegative || bytes[i] === PLUS) i++;
  if (end - i > EXACT_DIGITS) {
    out[row] = BigInt(latin1(bytes, bytes[start] === PLUS ? start + 1 : start, end));
    return;
  }
  let value = 0;
  for (; i < end; i++) value = value * 10 + (bytes[i]! - ZERO);
  if (isNegative) value = -value;
  const high = Math.floor(value / 4294967296);
  words[2 * row] = value - high * 4294967296;
  words[2 * row + 1] = high;
}

/** Whether a cell of kind TRUTH says true. */
export function readTruth(bytes: Uint8Array, start: number): boolean {
  while (isBlankByte(bytes[start]!)) start++;
  return (bytes[start]! | 32) === 116;
}

const latin1 = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
