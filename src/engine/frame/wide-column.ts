/**
 * A column of 64-bit whole numbers: nanoseconds, prices in 1e-9 and order ids, none of which fits a double.
 *
 * One buffer, two views. `values` is exact and slow (a BigInt is made for every read); `words` is what hot loops use: row `i` is the
 * low word `words[2 * i]` and the high word `words[2 * i + 1]`, little-endian as every machine we run on. A column may stand in
 * memory that is given, such as a WASM instance's.
 */
import { assert } from '#base/assert.js';

export interface WideColumn {
  /** Low and high word of row i at 2i and 2i + 1. */
  readonly words: Uint32Array;
  /** The same numbers, signed. Of a column of unsigned ones read `unsignedAt`. */
  readonly values: BigInt64Array;
}

/** 2^32: what the high word counts. */
const HIGH = 4_294_967_296;
const UNDEF_PRICE_HIGH = 0x7fffffff;
const ALL_ONES = 0xffffffff;

/** The format's "no price": the largest signed number. */
export const UNDEF_PRICE = 9_223_372_036_854_775_807n;
/** The format's "no time": the largest unsigned number. */
export const UNDEF_TIMESTAMP = 18_446_744_073_709_551_615n;

/** Zeros, or what the given buffer holds from `offset` on (a multiple of 8). */
export function placeWide(rows: number, buffer: ArrayBufferLike = new ArrayBuffer(rows * 8), offset = 0): WideColumn {
  assert(offset % 8 === 0, 'a wide column begins on a multiple of eight bytes');
  assert(offset + rows * 8 <= buffer.byteLength, 'a wide column fits its buffer');
  return { words: new Uint32Array(buffer, offset, rows * 2), values: new BigInt64Array(buffer, offset, rows) };
}

/** The first `rows` rows as a column of its own, on the same memory. */
export const wideHead = ({ words, values }: WideColumn, rows: number): WideColumn => ({
  words: words.subarray(0, rows * 2),
  values: values.subarray(0, rows),
});

export const unsignedAt = ({ values }: WideColumn, row: number): bigint => BigInt.asUintN(64, values[row]!);

/** Keeps the low 64 bits, so an unsigned number may be given too. */
export function setWide({ values }: WideColumn, row: number, value: bigint): void {
  values[row] = value;
}

/** Signed, as the nearest double: exact below 2^53, which is nine million of a currency, and never NaN. */
export const numberAt = ({ words }: WideColumn, row: number): number =>
  (words[2 * row + 1]! | 0) * HIGH + words[2 * row]!;

/** Unsigned, as the nearest double: exact below 2^53. */
export const countAt = ({ words }: WideColumn, row: number): number => words[2 * row + 1]! * HIGH + words[2 * row]!;

export const isUndefPrice = ({ words }: WideColumn, row: number): boolean =>
  words[2 * row + 1] === UNDEF_PRICE_HIGH && words[2 * row] === ALL_ONES;

export const isUndefTimestamp = ({ words }: WideColumn, row: number): boolean =>
  words[2 * row + 1] === ALL_ONES && words[2 * row] === ALL_ONES;

/** A moment that times are told from, as its two words: midnight of the day, mostly. */
export interface WideBase {
  readonly low: number;
  readonly high: number;
}

export const wideBase = (value: bigint): WideBase => ({
  low: Number(BigInt.asUintN(32, value)),
  high: Number(BigInt.asUintN(32, value >> 32n)),
});

/** Unsigned row minus base, exact while they are less than 2^53 apart: for nanoseconds 104 days. Never a double of the whole time. */
export const sinceAt = ({ words }: WideColumn, row: number, { low, high }: WideBase): number =>
  (words[2 * row + 1]! - high) * HIGH + (words[2 * row]! - low);

/** -1, 0 or 1 as row `a` of one column stands to row `b` of another, both unsigned: order without BigInts. */
export function compareWide(left: WideColumn, a: number, right: WideColumn, b: number): -1 | 0 | 1 {
  const high = left.words[2 * a + 1]! - right.words[2 * b + 1]!;
  const apart = high === 0 ? left.words[2 * a]! - right.words[2 * b]! : high;
  return apart < 0 ? -1 : apart > 0 ? 1 : 0;
}

/** Copies row `from` of one column to row `to` of another. */
export function copyWide(source: WideColumn, from: number, target: WideColumn, to: number): void {
  target.words[2 * to] = source.words[2 * from]!;
  target.words[2 * to + 1] = source.words[2 * from + 1]!;
}
