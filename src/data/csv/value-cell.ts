/**
 * The value of a cell: what kind it is, and the number it spells, exactly.
 *
 * A decimal of up to 15 digits is one division of two exact doubles, hence rounded once and right (Clinger, How to Read
 * Floating Point Numbers Accurately, 1990). Up to 19 digits the division is carried out on pairs of doubles (Dekker, 1971),
 * and its result is taken only when its error bound cannot change the rounding. The rest is left to the language's parser.
 */
import { isUtf8 } from 'node:buffer';
import { putInt64 } from '../timeseries/column-block.js';
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
  // The first 15 digits that count, then up to four more.
  let leading = 0;
  let leadingDigits = 0;
  let trailing = 0;
  let trailingDigits = 0;
  let point = -1;
  for (; i < end; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit < 0 || digit > 9) {
      if (bytes[i] !== DOT || point >= 0) return readSlowly(bytes, start, end);
      point = i;
    } else if (leadingDigits < EXACT_DIGITS) {
      leading = leading * 10 + digit;
      if (leading !== 0) leadingDigits++;
    } else {
      trailing = trailing * 10 + digit;
      trailingDigits++;
    }
  }
  const scale = point < 0 ? 0 : end - point - 1;
  if (trailingDigits > 4 || scale > 22) return readSlowly(bytes, start, end);
  const value =
    trailingDigits === 0
      ? leading / POWERS_OF_TEN[scale]!
      : dividePair(leading, POWERS_OF_TEN[trailingDigits]!, trailing, scale);
  if (Number.isNaN(value)) return readSlowly(bytes, start, end);
  return isNegative ? -value : value;
}

/** Veltkamp's constant 2^27 + 1 cuts a double into halves whose products are exact. */
const SPLITTER = 134_217_729;
const POWER_HEADS = POWERS_OF_TEN.map(headOf);
/** Far above the error of the pair division, which is below 2^-103 of the quotient. */
const PAIR_ERROR = 2 ** -100;

function headOf(value: number): number {
  const cut = SPLITTER * value;
  return cut - (cut - value);
}

/** (leading * shift + trailing) / 10^scale rounded once, or NaN where the error bound leaves the rounding open. */
function dividePair(leading: number, shift: number, trailing: number, scale: number): number {
  // The product is leading * shift exactly, as high + low.
  let high = leading * shift;
  const leadingHead = headOf(leading);
  let low = leadingHead * shift - high + (leading - leadingHead) * shift;
  const sum = high + trailing;
  low += trailing - (sum - high);
  high = sum;

  const power = POWERS_OF_TEN[scale]!;
  const quotient = high / power;
  const product = quotient * power;
  const quotientHead = headOf(quotient);
  const quotientTail = quotient - quotientHead;
  const powerHead = POWER_HEADS[scale]!;
  const powerTail = power - powerHead;
  const productError =
    quotientHead * powerHead - product + quotientHead * powerTail + quotientTail * powerHead + quotientTail * powerTail;
  const correction = (high - product - productError + low) / power;
  const slack = quotient * PAIR_ERROR;
  const value = quotient + (correction - slack);
  return value === quotient + (correction + slack) ? value : Number.NaN;
}

function readSlowly(bytes: Uint8Array, start: number, end: number): number {
  const value = Number(latin1(bytes, start, end));
  return Number.isFinite(value) ? value : Number.NaN;
}

/** Writes the integer of a cell of kind INTEGER as 64 bits; false for EMPTY. */
export function readInteger(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: BigInt64Array,
  words: Uint32Array,
  row: number,
): boolean {
  while (start < end && bytes[start]! <= SPACE) start++;
  while (end > start && bytes[end - 1]! <= SPACE) end--;
  if (start >= end) return false;
  let i = start;
  const isNegative = bytes[i] === MINUS;
  if (isNegative || bytes[i] === PLUS) i++;
  if (end - i > EXACT_DIGITS) {
    out[row] = BigInt(latin1(bytes, bytes[start] === PLUS ? start + 1 : start, end));
    return true;
  }
  let value = 0;
  for (; i < end; i++) value = value * 10 + (bytes[i]! - ZERO);
  putInt64(words, row, isNegative ? -value : value);
  return true;
}

/** What a cell of kind TRUTH says; undefined for EMPTY. */
export function readTruth(bytes: Uint8Array, start: number, end: number): boolean | undefined {
  while (start < end && isBlankByte(bytes[start]!)) start++;
  return start >= end ? undefined : (bytes[start]! | 32) === 116;
}

const latin1 = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
