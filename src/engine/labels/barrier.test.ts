/** Triple barriers, the weights of overlapping labels, and the event labels of sigma 10.5. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregateBars } from '../calendar/aggregate-bars.js';
import { madeBars } from '../calendar/made-bars.fixture.js';
import type { Bars } from '../frame/bars.js';
import { DOWN, FLAT, UP } from '../frame/matrix.js';
import type { OptionChain } from '../frame/option-chain.js';
import { sliceBars } from '../frame/slice-bars.js';
import { futureOfMarket } from '../leakage/future-of-market.js';
import { chooseCuts } from '../leakage/mutate-future.js';
import { headfakeReversal, pinDrift } from './event-label.js';
import { averageUniqueness, returnWeights } from './sample-weights.js';
import { metaLabels, tripleBarrier } from './triple-barrier.js';

const daily = madeBars({ interval: 'day', sessions: 160 });
const flat = (bars: Bars, width: number) => new Float64Array(bars.rows).fill(width);

/** Bars of a few sessions with chosen prices. */
const drawn = (ohlc: readonly (readonly [number, number, number, number])[]): Bars => ({
  ...madeBars({ interval: 'day', sessions: ohlc.length }),
  open: Float64Array.from(ohlc, ([open]) => open),
  high: Float64Array.from(ohlc, ([, high]) => high),
  low: Float64Array.from(ohlc, ([, , low]) => low),
  close: Float64Array.from(ohlc, ([, , , close]) => close),
});

const barriersOf = (bars: Bars, width = 0.02, barsMax = 5) => ({
  upper: flat(bars, width),
  lower: flat(bars, width),
  barsMax,
});

describe('the triple barrier', () => {
  const two = [
    [100, 100, 100, 100],
    [100, 103, 97, 100],
    [100, 100, 100, 100],
  ] as const;

  it('knows the barrier, its moment and its price', () => {
    const bars = drawn([
      [100, 100, 100, 100],
      [100, 101, 99, 100],
      [100, 102.5, 99, 101],
      [101, 101, 101, 101],
    ]);
    const { y, value, t1Ms } = tripleBarrier(bars, barriersOf(bars, 0.02, 3));
    expect([y[0], t1Ms[0]]).toEqual([UP, bars.tsEndMs[2]]);
    expect(value[0]).toBeCloseTo(0.02, 12);
    // The second row's patience lasts beyond the data, and so does the last row's: no barrier, no label.
    expect([...y]).toEqual([UP, UP, -1, -1]);
  });

  it('fills a jump at the open, and runs out of patience at a close', () => {
    const bars = drawn([
      [100, 100, 100, 100],
      [95, 96, 94, 95],
      [95, 96, 94, 95.5],
    ]);
    const { y, value } = tripleBarrier(bars, barriersOf(bars, 0.03, 1));
    expect([...y]).toEqual([DOWN, FLAT, -1]);
    expect(value[0]).toBeCloseTo(-0.05, 12);
    expect(value[1]).toBeCloseTo(95.5 / 95 - 1, 12);
  });

  it('takes the loss first where one bar meets both, and counts such rows', () => {
    const bars = drawn(two);
    const neutral = tripleBarrier(bars, barriersOf(bars));
    expect([neutral.y[0], neutral.ambiguous]).toEqual([DOWN, 1]);
    const short = tripleBarrier(bars, { ...barriersOf(bars), side: Int8Array.of(-1, -1, -1) });
    expect(short.y[0]).toBe(UP);
    expect([...metaLabels(short, Int8Array.of(-1, 0, 1))]).toEqual([DOWN, -1, -1]);
  });

  it('goes by the finer path where there is one', () => {
    const minutes = madeBars({ interval: '1m', sessions: 12 });
    const hours = aggregateBars(minutes, '1m', 'hour');
    const coarse = tripleBarrier(hours, barriersOf(hours, 0.01, 7));
    const fine = tripleBarrier(hours, barriersOf(hours, 0.01, 7), minutes);
    expect(coarse.ambiguous).toBeGreaterThan(0);
    expect(fine.ambiguous).toBeLessThan(coarse.ambiguous);
    for (let row = 0; row < hours.rows; row++) {
      // The order within an hour may differ; the hour in which it ends may not.
      if (coarse.y[row]! < 0) continue;
      expect(fine.t1Ms[row]!).toBeLessThanOrEqual(coarse.t1Ms[row]!);
      expect(coarse.t1Ms[row]! - fine.t1Ms[row]!).toBeLessThan(3_600_000);
    }
    expect([...fine.y].some((code, row) => code !== coarse.y[row])).toBe(true);
  });

  it('equals a walk by hand on made bars', () => {
    const { y, t1Ms } = tripleBarrier(daily, barriersOf(daily, 0.015, 8));
    for (let row = 0; row < daily.rows; row++) {
      const start = daily.close[row]!;
      let code = -1;
      let until = Number.NaN;
      for (let later = row + 1; later <= row + 8 && later < daily.rows && code < 0; later++) {
        const isDown = daily.low[later]! <= start * 0.985;
        const isUp = daily.high[later]! >= start * 1.015;
        const opensUp = daily.open[later]! >= start * 1.015;
        if (isDown || isUp) [code, until] = [isUp && (opensUp || !isDown) ? UP : DOWN, daily.tsEndMs[later]!];
        else if (later === row + 8) [code, until] = [FLAT, daily.tsEndMs[later]!];
      }
      expect([y[row], t1Ms[row]]).toEqual([code, until]);
    }
  });

  it('looks no further than t1, and ends intraday labels with their session', () => {
    const hourly = madeBars({ interval: 'hour', sessions: 30 });
    for (const isIntraday of [false, true]) {
      const label = (bars: Bars) => tripleBarrier(bars, { ...barriersOf(bars, 0.01, 6), isIntraday });
      const whole = label(hourly);
      for (const cut of chooseCuts(hourly.rows, 25, 3)) {
        const again = label(futureOfMarket.mutate({ ticker: 'T', interval: 'hour', bars: hourly }, cut, 3).bars);
        for (let row = 0; row < hourly.rows; row++) {
          if (!(whole.t1Ms[row]! <= hourly.tsEndMs[cut]!)) continue;
          expect([again.y[row], again.value[row], again.t1Ms[row]]).toEqual([
            whole.y[row],
            whole.value[row],
            whole.t1Ms[row],
          ]);
        }
      }
    }
    const { t1Ms } = tripleBarrier(hourly, { ...barriersOf(hourly, 0.5, 6), isIntraday: true });
    const lastOf = new Map(Array.from(hourly.session, (session, row) => [session, hourly.tsEndMs[row]!]));
    expect(hourly.session.every((session, row) => !(t1Ms[row]! > lastOf.get(session)!))).toBe(true);
  });

  it('gives no label to unknown barriers and prices, to no bars and to one', () => {
    for (const rows of [0, 1]) {
      const few = sliceBars(daily, 0, rows);
      expect([...tripleBarrier(few, barriersOf(few)).y].every((code) => code === -1)).toBe(true);
    }
    expect([...tripleBarrier(daily, barriersOf(daily, Number.NaN)).y].every((code) => code === -1)).toBe(true);
    const broken = { ...daily, close: daily.close.map(() => Number.NaN) };
    const { y, value, t1Ms } = tripleBarrier(broken, barriersOf(broken));
    expect([...y].every((code, row) => code === -1 && Number.isNaN(value[row]!) && Number.isNaN(t1Ms[row]!))).toBe(
      true,
    );
  });
});

describe('weights of overlapping labels', () => {
  const ends = Float64Array.from({ length: 6 }, (_, i) => i + 1);

  it('one alone weighs 1, three over the same bars a third', () => {
    expect([...averageUniqueness({ t0: Float64Array.of(0, 3), t1: Float64Array.of(3, 6) }, ends)]).toEqual([1, 1]);
    const same = averageUniqueness({ t0: Float64Array.of(0, 0, 0), t1: Float64Array.of(2, 2, 2) }, ends);
    for (const weight of same) expect(weight).toBeCloseTo(1 / 3, 12);
  });

  it('a worked overlap', () => {
    // Bars 1-2 alone, bar 3 shared, bars 4-5 alone.
    const [a, b] = averageUniqueness({ t0: Float64Array.of(0, 2), t1: Float64Array.of(3, 5) }, ends);
    expect(a).toBeCloseTo((1 + 1 + 0.5) / 3, 12);
    expect(b).toBeCloseTo((0.5 + 1 + 1) / 3, 12);
    const weights = returnWeights(
      { t0: Float64Array.of(0, 2), t1: Float64Array.of(3, 5) },
      ends,
      Float64Array.of(0.01, 0.01, 0.02, -0.01, 0, 0.5),
    );
    expect(weights[0]! / weights[1]!).toBeCloseTo(Infinity, 12);
    expect(weights[0]! + weights[1]!).toBeCloseTo(2, 12);
  });

  it('no label, no weight; no moves, equal weights', () => {
    const spans = { t0: Float64Array.of(0, 1), t1: Float64Array.of(Number.NaN, 3) };
    expect([...averageUniqueness(spans, ends)]).toEqual([Number.NaN, 1]);
    expect([...returnWeights(spans, ends, new Float64Array(6))]).toEqual([Number.NaN, 1]);
    expect(averageUniqueness({ t0: new Float64Array(0), t1: new Float64Array(0) }, ends)).toHaveLength(0);
  });

  it('equals the count by brute force', () => {
    const span = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 40 }), (list) => {
        const bars = Float64Array.from({ length: 40 }, (_, i) => i);
        const t0 = Float64Array.from(list, ([start]) => start);
        const t1 = Float64Array.from(list, ([start, length]) => start + length);
        const covers = (row: number, bar: number) => bars[bar]! > t0[row]! && bars[bar]! <= t1[row]!;
        averageUniqueness({ t0, t1 }, bars).forEach((weight, row) => {
          const own = [...bars.keys()].filter((bar) => covers(row, bar));
          const shares = own.map((bar) => 1 / list.filter((_, other) => covers(other, bar)).length);
          const wanted = shares.reduce((sum, share) => sum + share, 0) / own.length;
          if (own.length === 0) expect(weight).toBeNaN();
          else expect(weight).toBeCloseTo(wanted, 12);
        });
      }),
    );
  });
});

describe('event labels', () => {
  const minutes = madeBars({ interval: '30m', sessions: 40 });
  const atr = flat(minutes, 0.2);

  it('a head fake is a move and its way back', () => {
    const { y, side, value, t1Ms, missing } = headfakeReversal(minutes, atr);
    expect(missing).toBeUndefined();
    const rows = [...y.keys()].filter((row) => y[row]! >= 0);
    expect(rows).toHaveLength(40);
    for (const row of rows) {
      const ofSession = [...y.keys()].filter((other) => minutes.session[other] === minutes.session[row]);
      const [first, last] = [ofSession[0]!, ofSession.at(-1)!];
      expect(minutes.tsEndMs[row]! - minutes.tsStartMs[first]!).toBe(3_600_000);
      const early = minutes.close[row]! - minutes.open[first]!;
      const late = minutes.close[last]! - minutes.close[row]!;
      const isEvent = Math.abs(early) >= 0.1 && Math.abs(late) >= 0.1 && Math.sign(early) !== Math.sign(late);
      expect(y[row]).toBe(isEvent ? UP : DOWN);
      expect(side[row]).toBe(-Math.sign(early));
      expect(value[row]).toBeCloseTo(late / minutes.close[row]!, 12);
      expect(t1Ms[row]).toBe(minutes.tsEndMs[last]);
    }
    expect(new Set(rows.map((row) => y[row]))).toEqual(new Set([UP, DOWN]));
  });

  it('bars that end at no such minute say so', () => {
    const hourly = aggregateBars(madeBars({ interval: '30m', sessions: 5 }), '30m', 'hour');
    const labels = headfakeReversal(hourly, flat(hourly, 1));
    expect(labels.missing).toMatch(/no bar ends at 10:30: finer bars are missing/);
    expect(labels.y.every((code) => code === -1)).toBe(true);
  });

  it('an unknown ATR gives no label', () => {
    expect(headfakeReversal(minutes, flat(minutes, Number.NaN)).y.every((code) => code === -1)).toBe(true);
  });

  it('pin drift without a chain is null with a reason', () => {
    const labels = pinDrift(minutes, undefined, atr);
    expect(labels.missing).toMatch(/missing$/);
    expect(labels.y.every((code) => code === -1) && labels.value.every(Number.isNaN)).toBe(true);
  });

  it('the pin is where gamma piles up as last seen, open interest where gamma is unknown', () => {
    const at = minutes.tsEndMs[0]!;
    const chainOf = (gamma: number[], strikes = [90, 100, 110]): OptionChain => ({
      rows: 3,
      asOfMs: new Float64Array(3).fill(at),
      expiryMs: new Float64Array(3).fill(at + 86_400_000),
      strike: Float64Array.from(strikes),
      isCall: Uint8Array.of(1, 0, 1),
      iv: new Float64Array(3).fill(0.2),
      delta: new Float64Array(3).fill(0.5),
      gamma: Float64Array.from(gamma),
      openInterest: Float64Array.of(5, 1, 2),
    });
    const nan = Number.NaN;
    for (const [chain, peak] of [
      [chainOf([0.1, 0.9, 0.1]), 100],
      [chainOf([nan, nan, nan]), 90],
    ] as const) {
      const { y, side } = pinDrift(minutes, chain, atr);
      const rows = [...y.keys()].filter((row) => y[row]! >= 0);
      expect(rows).toHaveLength(40);
      for (const row of rows) {
        const last = [...y.keys()].filter((other) => minutes.session[other] === minutes.session[row]).at(-1)!;
        const pull = Math.abs(peak - minutes.close[row]!) - Math.abs(peak - minutes.close[last]!);
        expect(y[row]).toBe(pull >= 0.2 * 0.2 ? UP : DOWN);
        expect(side[row]).toBe(Math.sign(peak - minutes.close[row]!));
      }
    }
  });
});
