import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareWide,
  copyWide,
  countAt,
  isUndefPrice,
  isUndefTimestamp,
  numberAt,
  placeWide,
  setWide,
  sinceAt,
  UNDEF_PRICE,
  UNDEF_TIMESTAMP,
  unsignedAt,
  wideBase,
  wideHead,
} from './wide-column.js';

test('both views and the row functions tell the same number', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      const column = placeWide(2);
      setWide(column, 1, value);
      expect(column.values[1]).toBe(value);
      expect((BigInt(column.words[3]!) << 32n) | BigInt(column.words[2]!)).toBe(BigInt.asUintN(64, value));
      expect(unsignedAt(column, 1)).toBe(BigInt.asUintN(64, value));
      expect(countAt(column, 1)).toBe(Number(BigInt.asUintN(64, value)));
      expect(numberAt(column, 1)).toBe(Number(value));
      expect(column.values[0]).toBe(0n);
    }),
  );
});

test('a moment of the day is exact to the nanosecond, also across a carry of the low word', () => {
  const midnight = 1_769_990_400_000_000_000n;
  const base = wideBase(midnight);
  const moments = fc.bigInt({ min: -86_400_000_000_000n, max: 9_000_000_000_000_000n });
  fc.assert(
    fc.property(moments, (nanos) => {
      const column = placeWide(1);
      setWide(column, 0, midnight + nanos);
      expect(sinceAt(column, 0, base)).toBe(Number(nanos));
    }),
  );
});

test('rows compare as unsigned numbers do', () => {
  const whole = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(whole, whole, (a, b) => {
      const column = placeWide(2);
      setWide(column, 0, a);
      setWide(column, 1, b);
      expect(compareWide(column, 0, column, 1)).toBe(a < b ? -1 : a > b ? 1 : 0);
      copyWide(column, 0, column, 1);
      expect(compareWide(column, 0, column, 1)).toBe(0);
    }),
  );
});

test('the undefined values are known by their bits, and only they', () => {
  const column = placeWide(4);
  for (const [row, value] of [UNDEF_PRICE, UNDEF_TIMESTAMP, UNDEF_PRICE - 1n, -2n].entries())
    setWide(column, row, value);
  expect([0, 1, 2, 3].map((row) => isUndefPrice(column, row))).toEqual([true, false, false, false]);
  expect([0, 1, 2, 3].map((row) => isUndefTimestamp(column, row))).toEqual([false, true, false, false]);
});

test('a column stands in memory that is given, at its place', () => {
  const memory = new SharedArrayBuffer(64);
  const column = placeWide(2, memory, 16);
  setWide(column, 1, 7n);
  expect(new BigInt64Array(memory)[3]).toBe(7n);
  expect(wideHead(column, 1).values).toHaveLength(1);
  expect(() => placeWide(1, memory, 4)).toThrow('multiple of eight');
  expect(() => placeWide(9, memory)).toThrow('fits its buffer');
});
