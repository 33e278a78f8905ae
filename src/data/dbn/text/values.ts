/** Values of fields as text and back, exactly: prices with up to nine places, times to the nanosecond (dbn.md 7). */
import { UNDEF_PRICE, UNDEF_TIMESTAMP } from '#engine/frame/wide-column.js';
import { type Column, textAt, wholeAt } from '../column.js';
import type { FieldType } from '../layout.js';

const NANOS = 1_000_000_000n;

/** Decimal text without trailing zeros; null for "no price". */
export function priceText(nanos: bigint): string | null {
  if (nanos === UNDEF_PRICE) return null;
  const sign = nanos < 0n ? '-' : '';
  const size = nanos < 0n ? -nanos : nanos;
  const places = String(size % NANOS)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${sign}${size / NANOS}${places === '' ? '' : `.${places}`}`;
}

/** ISO 8601 in UTC with nine places of the second; null for "no time". */
export function timeText(nanos: bigint): string | null {
  if (nanos === UNDEF_TIMESTAMP) return null;
  const seconds = new Date(Number(nanos / NANOS) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(nanos % NANOS).padStart(9, '0')}Z`;
}

/** What a record says: numbers of up to 32 bits as such, wider ones as text, so that JSON loses nothing; null for none. */
export function valueAt(column: Column, row: number): string | number | null {
  if (column.store === 'bytes') return textAt(column, row);
  switch (column.type) {
    case 'price':
      return priceText(wholeAt(column, row));
    case 'time':
      return timeText(wholeAt(column, row));
    case 'u64':
    case 'i64':
      return String(wholeAt(column, row));
    case 'char': {
      const code = Number(wholeAt(column, row));
      return code === 0 ? null : String.fromCharCode(code);
    }
    default:
      return Number(wholeAt(column, row));
  }
}

const PRICE = /^(-?)(\d{1,10})(?:\.(\d{1,9})0*)?$/;
const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|\+00(?::?00)?)?$/;

/** The way back of `priceText`; undefined when it is none. */
export function parsePrice(text: string): bigint | undefined {
  if (text === '') return UNDEF_PRICE;
  const match = PRICE.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', places = ''] = match;
  const size = BigInt(whole) * NANOS + BigInt(places.padEnd(9, '0'));
  const nanos = sign === '-' ? -size : size;
  return BigInt.asIntN(64, nanos) === nanos ? nanos : undefined;
}

/** The way back of `timeText`; nanoseconds since the epoch are taken too. */
export function parseTime(text: string): bigint | undefined {
  if (text === '') return UNDEF_TIMESTAMP;
  if (/^\d{1,20}$/.test(text)) {
    const nanos = BigInt(text);
    return nanos <= UNDEF_TIMESTAMP ? nanos : undefined;
  }
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1]}T${match[2]}Z`);
  if (Number.isNaN(ms) || ms < 0) return undefined;
  const nanos = BigInt(ms) * 1_000_000n + BigInt((match[3] ?? '').padEnd(9, '0'));
  return nanos < UNDEF_TIMESTAMP ? nanos : undefined;
}

const RANGES: Partial<Record<FieldType, readonly [bigint, bigint]>> = {
  u8: [0n, 255n],
  i8: [-128n, 127n],
  u16: [0n, 65_535n],
  i16: [-32_768n, 32_767n],
  u32: [0n, 4_294_967_295n],
  i32: [-2_147_483_648n, 2_147_483_647n],
  u64: [0n, 2n ** 64n - 1n],
  i64: [-(2n ** 63n), 2n ** 63n - 1n],
};

/** The number that a field of that type holds for a text; undefined when it cannot. */
export function parseWhole(type: FieldType, text: string): bigint | undefined {
  if (type === 'price') return parsePrice(text);
  if (type === 'time') return parseTime(text);
  if (type === 'char')
    return text.length > 1 || text > '\xff' ? undefined : BigInt(text === '' ? 0 : text.charCodeAt(0));
  const range = RANGES[type];
  if (range === undefined || !/^-?\d{1,20}$/.test(text)) return undefined;
  const value = BigInt(text);
  return value >= range[0] && value <= range[1] ? value : undefined;
}
