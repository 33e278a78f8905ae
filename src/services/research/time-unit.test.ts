import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoToMicroseconds, TIME_UNITS, timeUnitOf, toMicroseconds } from './time-unit.js';

describe('the unit of a timestamp', () => {
  it.each([
    [0, 's'],
    [99_999_999_999, 's'],
    [1e11, 'ms'],
    [99_999_999_999_999, 'ms'],
    [1e14, 'us'],
    [9_007_199_254_740_991, 'us'],
    [1e17, 'ns'],
    [-1e11, 'ms'],
  ])('of %d is %s', (value, unit) => {
    expect(timeUnitOf(value)).toBe(unit);
  });

  it('makes the same microseconds of one moment written in each unit', () => {
    // 1973-03-03 and later: before, milliseconds look like seconds (stage1.md 1.2).
    const moment = fc.integer({ min: 100_000_001, max: 9_000_000_000 });
    fc.assert(
      fc.property(moment, (seconds) => {
        const written = { s: seconds, ms: seconds * 1e3, us: seconds * 1e6, ns: seconds * 1e9 };
        for (const unit of TIME_UNITS) {
          expect(timeUnitOf(written[unit])).toBe(unit);
          // A nanosecond count beyond 2^53 is not exact as a number; a microsecond is the most it can be off.
          const offBy = Math.abs(toMicroseconds(written[unit], unit) - seconds * 1e6);
          expect(offBy).toBeLessThanOrEqual(unit === 'ns' ? 1 : 0);
        }
      }),
    );
  });

  it('keeps a fraction of seconds to the microsecond and floors what is finer', () => {
    expect(toMicroseconds(1_700_000_000.123456, 's')).toBe(1_700_000_000_123_456);
    expect(toMicroseconds(1500.9, 'us')).toBe(1500);
    expect(toMicroseconds(1999, 'ns')).toBe(1);
    expect(toMicroseconds(-1, 'ns')).toBe(-1);
  });
});

describe('ISO text', () => {
  it('agrees with Date on every moment it can write', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(isoToMicroseconds(date.toISOString())).toBe(date.getTime() * 1000);
        },
      ),
    );
  });

  it.each([
    ['2024-11-28T22:00:00.000001Z', 1_732_831_200_000_001],
    ['2024-11-28 22:00:00', 1_732_831_200_000_000],
    ['2024-11-28T22:00', 1_732_831_200_000_000],
    ['2024-11-28', 1_732_752_000_000_000],
    ['2024-11-29T01:30:00+03:30', 1_732_831_200_000_000],
    ['2024-11-28T17:00:00-0500', 1_732_831_200_000_000],
    ['2024-11-28T22:00:00.1234567891Z', undefined],
    ['2024-02-30', undefined],
    ['2024-13-01', undefined],
    ['2024-11-28T24:00:00', undefined],
    ['28.11.2024', undefined],
    ['', undefined],
  ])('%s', (text, us) => {
    expect(isoToMicroseconds(text)).toBe(us);
  });
});
