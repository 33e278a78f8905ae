import { describe, expect, it } from 'vitest';
import { parseDay, parseTime } from '../calendar/civil-date.js';
import { madeBars } from '../calendar/made-bars.fixture.js';
import { priceAt } from '../calendar/price-at.js';
import { blackScholesGreeks, blackScholesPrice } from './black-scholes.js';
import { chainFromColumns, quotesFromColumns, type RawOptionChain } from './chain-from-columns.js';
import { flowFromColumns } from './flow-from-columns.js';

const us = (time: string) => parseTime(time)! * 1000;
const day = (text: string) => parseDay(text)!;

type Row = Partial<Record<Exclude<keyof RawOptionChain, 'timestampUs'>, number>> & { time: string };

function rawChain(rows: readonly Row[]): RawOptionChain {
  const column = (name: Exclude<keyof RawOptionChain, 'timestampUs'>) =>
    Float64Array.from(rows, (row) => row[name] ?? Number.NaN);
  return {
    timestampUs: Float64Array.from(rows, ({ time }) => us(time)),
    expiryDay: column('expiryDay'),
    strike: column('strike'),
    isCall: column('isCall'),
    bid: column('bid'),
    ask: column('ask'),
    mid: column('mid'),
    iv: column('iv'),
    delta: column('delta'),
    gamma: column('gamma'),
    openInterest: column('openInterest'),
  };
}

describe('option chains from stored columns', () => {
  const expiryDay = day('2024-07-05');
  const time = '2024-07-01T15:00:00Z';
  // 16:00 in New York is 20:00 UTC in summer: four days and five hours.
  const years = (4 * 86_400 + 5 * 3_600) / (365 * 86_400);
  const terms = { type: 'put' as const, spot: 545, strike: 540, years, rate: 0.05, dividendYield: 0 };
  const context = { spotAt: () => 545, rate: 0.05 };
  const price = blackScholesPrice({ ...terms, vol: 0.17 });
  const contract = { time, expiryDay, strike: 540, isCall: 0, openInterest: 12 };

  it('solve what the source lacks from the middle of bid and ask, by sigma 9.3', () => {
    const raw = rawChain([{ ...contract, bid: price - 0.1, ask: price + 0.1 }]);
    const greeks = blackScholesGreeks({ ...terms, vol: 0.17 });
    for (const one of [chainFromColumns(raw, context), quotesFromColumns(raw, context)]) {
      expect(one.iv[0]).toBeCloseTo(0.17, 9);
      expect(one.delta[0]).toBeCloseTo(greeks.delta, 9);
      expect(one.gamma[0]).toBeCloseTo(greeks.gamma, 9);
      expect([one.openInterest[0], one.expiryMs[0]]).toEqual([12, parseTime('2024-07-05T20:00:00Z')]);
    }
  });

  it("keep the source's own figures in the chain, and solve all of them in the quotes", () => {
    const own = { ...contract, mid: price, iv: 0.3, delta: -0.4, gamma: 0.01 };
    const raw = rawChain([own, { ...own, strike: 541, delta: Number.NaN }]);
    const chain = chainFromColumns(raw, context);
    expect([chain.iv[0], chain.delta[0], chain.gamma[0]]).toEqual([0.3, -0.4, 0.01]);
    expect(chain.delta[1]).toBeCloseTo(blackScholesGreeks({ ...terms, strike: 541, vol: 0.3 }).delta, 12);
    expect(quotesFromColumns(raw, context).iv[0]).toBeCloseTo(0.17, 9);
  });

  it('are null where nothing explains a price, and no quote without one', () => {
    const rows = [contract, { ...contract, mid: 1e4 }, { ...contract, bid: 3, ask: 2 }];
    const chain = chainFromColumns(rawChain(rows), context);
    expect([...chain.iv, ...chain.delta].every(Number.isNaN)).toBe(true);
    expect(quotesFromColumns(rawChain(rows), context).rows).toBe(1);
    const blind = chainFromColumns(rawChain([{ ...contract, mid: price }]), { spotAt: () => Number.NaN, rate: 0 });
    expect(blind.iv[0]).toBeNaN();
  });

  it('stand in one order whatever the order of the store', () => {
    const rows = [100, 90, 95].flatMap((strike) =>
      ['2024-07-01T16:00:00Z', time].map((at) => ({ ...contract, strike, time: at, iv: strike / 500 })),
    );
    const chain = chainFromColumns(rawChain(rows), context);
    expect([...chain.strike]).toEqual([90, 95, 100, 90, 95, 100]);
    expect(chainFromColumns(rawChain(rows.slice().reverse()), context)).toEqual(
      chainFromColumns(rawChain(rows), context),
    );
  });
});

describe('option flow from stored bars', () => {
  const flowOf = (rows: readonly (readonly [time: string, minutes: number, volume: number, vwap: number])[]) =>
    flowFromColumns({
      timestampUs: Float64Array.from(rows, ([time]) => us(time)),
      minutes: Float64Array.from(rows, ([, minutes]) => minutes),
      expiryDay: new Float64Array(rows.length).fill(day('2024-07-01')),
      strike: new Float64Array(rows.length).fill(545),
      isCall: new Float64Array(rows.length).fill(1),
      volume: Float64Array.from(rows, ([, , volume]) => volume),
      vwap: Float64Array.from(rows, ([, , , vwap]) => vwap),
    });
  const clock = (ms: number) => new Date(ms).toISOString().slice(11, 16);

  it.each([
    ['2024-07-01T13:30:00Z', 60, '14:00'],
    ['2024-07-01T14:58:00Z', 60, '15:00'],
    ['2024-07-01T14:58:00Z', 1, '14:59'],
    ['2024-07-01T14:30:00Z', 5, '14:35'],
    ['2024-07-01T00:00:00Z', 1440, '20:00'],
    // 2024-07-03 closes at 13:00 in New York.
    ['2024-07-03T16:30:00Z', 60, '17:00'],
    ['2024-07-01T20:00:00Z', 60, '21:00'],
  ])('a bar from %s of %i minutes is known at %s', (time, minutes, known) => {
    expect(clock(flowOf([[time, minutes, 1, 1]]).tsEndMs[0]!)).toBe(known);
  });

  it('counts a hundred shares a contract, and nothing paid for nothing traded', () => {
    const flow = flowOf([
      ['2024-07-01T15:00:00Z', 60, 0, Number.NaN],
      ['2024-07-01T14:00:00Z', 60, 3, 1.5],
      ['2024-07-06T14:00:00Z', 60, 3, 1.5],
      ['2024-07-01T16:00:00Z', 60, 2, Number.NaN],
    ]);
    expect([...flow.premium]).toEqual([450, 0, Number.NaN]);
    expect([...flow.volume]).toEqual([3, 0, 2]);
  });
});

describe('the price known at a moment', () => {
  const hours = madeBars({ interval: 'hour', sessions: 2, from: '2024-07-01' });
  const days = madeBars({ interval: 'day', sessions: 2, from: '2024-07-01' });

  it.each([
    ['2024-07-01T13:00:00Z', Number.NaN],
    ['2024-07-01T13:30:00Z', hours.open[0]!],
    ['2024-07-01T13:59:59Z', hours.open[0]!],
    ['2024-07-01T14:00:00Z', hours.open[1]!],
    ['2024-07-01T20:00:00Z', hours.close[6]!],
    ['2024-07-02T13:29:00Z', hours.close[6]!],
    ['2024-07-02T13:30:00Z', hours.open[7]!],
    // A session without bars: nothing is known of its price once it has been open for an hour.
    ['2024-07-03T14:45:00Z', Number.NaN],
    ['2024-07-04T14:45:00Z', Number.NaN],
  ])('at %s is that of the bar, not of a later one', (time, price) => {
    expect(priceAt(hours, parseTime(time)!)).toBe(price);
  });

  it('is not taken from the morning of a daily bar in the afternoon', () => {
    expect(priceAt(days, parseTime('2024-07-01T13:31:00Z')!)).toBe(days.open[0]);
    expect(priceAt(days, parseTime('2024-07-01T19:45:00Z')!)).toBeNaN();
    expect(priceAt(days, parseTime('2024-07-01T20:00:00Z')!)).toBe(days.close[0]);
  });
});
