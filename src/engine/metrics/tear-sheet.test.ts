import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDay, parseDay } from '../calendar/civil-date.js';
import { compound, maxDrawdown } from './returns.js';
import { annualReturns, monthlyReturns, topDrawdowns } from './tear-sheet.js';

const series = (rows: readonly (readonly [string, number])[]) => ({
  day: rows.map(([day]) => parseDay(day)!),
  returns: rows.map(([, value]) => value),
});

describe('the tables of a tear sheet', () => {
  const sheet = series([
    ['2023-12-28', 0.1],
    ['2023-12-29', -0.5],
    ['2024-01-02', 0.2],
    ['2024-01-03', 1],
    ['2024-02-01', -0.1],
    ['2024-02-02', 0.05],
  ]);

  it('compound months and years', () => {
    expect(monthlyReturns(sheet).map(({ year, month, sessions }) => [year, month, sessions])).toEqual([
      [2023, 12, 2],
      [2024, 1, 2],
      [2024, 2, 2],
    ]);
    expect(monthlyReturns(sheet)[0]!.value).toBeCloseTo(-0.45, 12);
    const [first, second] = annualReturns(sheet);
    expect(first).toMatchObject({ year: 2023, sessions: 2 });
    expect(second!.value).toBeCloseTo(1.2 * 2 * 0.9 * 1.05 - 1, 12);
    expect(second!.bestMonth).toBeCloseTo(1.4, 12);
    expect(second!.worstMonth).toBeCloseTo(0.9 * 1.05 - 1, 12);
  });

  it('date the falls', () => {
    const [deepest, open, ...others] = topDrawdowns(sheet);
    expect(others).toEqual([]);
    expect(deepest).toMatchObject({ sessions: 2 });
    expect(deepest!.depth).toBeCloseTo(-0.5, 12);
    expect([deepest!.peakDay!, deepest!.valleyDay, deepest!.recoveryDay!].map(formatDay)).toEqual([
      '2023-12-28',
      '2023-12-29',
      '2024-01-03',
    ]);
    expect(open).toMatchObject({ recoveryDay: null, sessions: 2 });
  });

  it('a fall from the start has no peak day', () => {
    const [first] = topDrawdowns(series([['2024-01-02', -0.05]]));
    expect(first).toMatchObject({ depth: expect.closeTo(-0.05, 12), peakDay: null, recoveryDay: null });
  });

  it('is empty without sessions', () => {
    expect(monthlyReturns(series([]))).toEqual([]);
    expect(annualReturns(series([]))).toEqual([]);
    expect(topDrawdowns(series([]))).toEqual([]);
  });

  it('refuses unknown returns and sessions out of order: they are a mistake of ours', () => {
    expect(() => monthlyReturns(series([['2024-01-02', Number.NaN]]))).toThrow(/finite/);
    expect(() => topDrawdowns({ day: [2, 1], returns: [0, 0] })).toThrow(/time order/);
  });

  it('months and years make the whole, and the first fall is the deepest', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -0.2, max: 0.25, noNaN: true }), { minLength: 1, maxLength: 400 }),
        (returns) => {
          const all = { day: returns.map((_, i) => 19_000 + i), returns };
          const whole = compound(returns);
          expect(compound(monthlyReturns(all).map(({ value }) => value))).toBeCloseTo(whole, 6);
          expect(compound(annualReturns(all).map(({ value }) => value))).toBeCloseTo(whole, 6);
          expect(topDrawdowns(all, 1)[0]?.depth ?? 0).toBe(maxDrawdown(returns));
        },
      ),
    );
  });
});
