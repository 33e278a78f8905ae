/** The price levels of one side in TypeScript: one sorted list, the best level last. The twin of assembly/book/levels.ts. */
import type { WideColumn } from '../frame/wide-column.js';
import type { PriceLevel } from './book-machine.js';

/** A 64-bit number as a double where that is exact, else as a BigInt: each number has one form, so `===` and maps work. */
export type Exact = number | bigint;

const HIGH = 4_294_967_296;
const SAFE_HIGH = 2_097_151;

export function signedAt({ words, values }: WideColumn, row: number): Exact {
  const high = words[2 * row + 1]! | 0;
  return high >= -SAFE_HIGH && high < SAFE_HIGH ? high * HIGH + words[2 * row]! : values[row]!;
}

export function unsignedAt({ words, values }: WideColumn, row: number): Exact {
  const high = words[2 * row + 1]!;
  return high < SAFE_HIGH ? high * HIGH + words[2 * row]! : BigInt.asUintN(64, values[row]!);
}

export const exactly = (value: bigint): Exact => {
  const high = value >> 32n;
  return high >= -SAFE_HIGH && high < SAFE_HIGH ? Number(value) : value;
};

export interface PlainLevel {
  /** The price, for asks its negative: the better price has the larger key. */
  readonly key: Exact;
  size: number;
  count: number;
}

export interface PlainTop {
  readonly orderId: Exact;
  readonly key: Exact;
  size: number;
}

export interface PlainSide {
  readonly isAsk: boolean;
  levels: PlainLevel[];
  top: PlainTop | undefined;
}

export const keyOf = ({ isAsk }: PlainSide, price: Exact): Exact => (isAsk ? -price : price);

/** The key's price: its own inverse, but for a zero of either sign. */
export const priceOf = ({ isAsk }: PlainSide, key: Exact): bigint => BigInt(isAsk ? -key : key);

/** Place of the first level that is not worse. */
function placeOf(levels: readonly PlainLevel[], key: Exact): number {
  let low = 0;
  let high = levels.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (levels[middle]!.key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

const isLevel = (levels: readonly PlainLevel[], at: number, key: Exact) =>
  at < levels.length && levels[at]!.key === key;

/** How many levels are better. */
export function rankOf({ levels }: PlainSide, key: Exact): number {
  const at = placeOf(levels, key);
  return levels.length - at - (isLevel(levels, at, key) ? 1 : 0);
}

export function hasLevel({ levels }: PlainSide, key: Exact): boolean {
  return isLevel(levels, placeOf(levels, key), key);
}

/** Rank of the level afterwards. */
export function raise(side: PlainSide, key: Exact, size: number, count: number): number {
  const { levels } = side;
  const at = placeOf(levels, key);
  if (isLevel(levels, at, key)) {
    levels[at]!.size += size;
    levels[at]!.count += count;
  } else {
    levels.splice(at, 0, { key, size, count });
  }
  return levels.length - 1 - at;
}

/** Rank of the level before. */
export function lower({ levels }: PlainSide, key: Exact, size: number, count: number): number {
  const at = placeOf(levels, key);
  const rank = levels.length - 1 - at;
  const level = levels[at]!;
  level.size -= size;
  level.count -= count;
  if (level.size === 0) levels.splice(at, 1);
  return rank;
}

export function levelOf(side: PlainSide, key: Exact): PriceLevel | undefined {
  const at = placeOf(side.levels, key);
  if (!isLevel(side.levels, at, key)) return undefined;
  const { size, count } = side.levels[at]!;
  return { price: priceOf(side, key), size, count };
}

export function bestLevels(side: PlainSide, most: number): PriceLevel[] {
  return side.levels
    .slice(Math.max(0, side.levels.length - most))
    .reverse()
    .map(({ key, size, count }) => ({ price: priceOf(side, key), size, count }));
}
