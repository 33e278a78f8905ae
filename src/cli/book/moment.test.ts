import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoOf, momentNs, sayMoment } from './moment.js';

describe('a moment of a day', () => {
  it.each([
    ['2026-02-02', '10:30', '2026-02-02T15:30:00.000000000Z'],
    ['2026-02-02', '9:30:00.000000001', '2026-02-02T14:30:00.000000001Z'],
    // Summer: an hour less behind.
    ['2026-07-01', '10:30:15.5', '2026-07-01T14:30:15.500000000Z'],
    // The days on which the clocks change, after the change.
    ['2026-03-08', '09:30', '2026-03-08T13:30:00.000000000Z'],
    ['2026-11-01', '09:30', '2026-11-01T14:30:00.000000000Z'],
    // In the evening New York's day is another one than that of UTC.
    ['2026-02-02', '19:59:59.999999999', '2026-02-03T00:59:59.999999999Z'],
    ['2026-02-02', '2026-02-02T15:30:00.25Z', '2026-02-02T15:30:00.250000000Z'],
    ['2026-02-02', '2026-02-02T16:30:00+01:00', '2026-02-02T15:30:00.000000000Z'],
    ['2026-02-02', '1770046200123456789', '2026-02-02T15:30:00.123456789Z'],
  ])('%s %s is %s', (date, time, instant) => {
    expect(isoOf(momentNs(date, time)!)).toBe(instant);
  });

  it.each([
    '',
    'noon',
    '25:00',
    '10:60',
    '10:30:00.1234567891',
    '1770046200',
    '2026-02-02T15:30:00',
    '2026-13-02T15:30:00Z',
  ])('%j is none', (time) => expect(momentNs('2026-02-02', time)).toBeUndefined());

  it('an hour that was skipped in spring is none', () => {
    expect(momentNs('2026-03-08', '02:30')).toBeUndefined();
  });

  it('said as New York shows it, is read back as the same nanosecond', () => {
    const [from, to] = [1_735_689_600_000_000_000n, 1_798_761_600_000_000_000n];
    fc.assert(
      fc.property(fc.bigInt(from, to), (ns) => {
        const [date, time] = sayMoment(ns).split(' ') as [string, string];
        const again = momentNs(date, time)!;
        // The hour that comes twice in autumn has two moments of one name.
        const isTwice = /-11-0[12]$/.test(date) && time.startsWith('01:');
        return again === ns || (isTwice && [-1n, 1n].some((hours) => again === ns + hours * 3_600_000_000_000n));
      }),
      { numRuns: 500 },
    );
  });
});
