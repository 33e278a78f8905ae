import { describe, expect, it } from 'vitest';
import { madeBars } from '../calendar/made-bars.fixture.js';
import { DOWN, FLAT, UP } from '../frame/matrix.js';
import { sliceBars } from '../frame/slice-bars.js';
import type { MarketData } from '../indicators/indicator.js';
import { futureOfMarket } from '../leakage/future-of-market.js';
import { chooseCuts, findLeaks, type NamedColumn } from '../leakage/mutate-future.js';
import { bandRule, bandWidths, classOf } from './band.js';
import { intervalOfEvent } from './event-params.js';
import { horizonReturns } from './horizon-return.js';
import { horizonBarsOf, isEventLabel, labelName, parseLabelKind } from './label-kind.js';

const daily = madeBars({ interval: 'day', sessions: 200 });
const hourly = madeBars({ interval: 'hour', sessions: 40 });

const kinds = [
  { word: 'next_bar_updown', interval: 'hour' as const, bars: hourly },
  { word: 'fwd_ret_1d', interval: 'day' as const, bars: daily },
  { word: 'fwd_ret_20d', interval: 'day' as const, bars: daily },
  { word: 'fwd_ret_5d', interval: 'hour' as const, bars: hourly },
  { word: 'close_to_open', interval: 'day' as const, bars: daily },
  { word: 'close_to_open', interval: 'hour' as const, bars: hourly },
];

describe('label kinds', () => {
  it.each([
    ['next_hour', 'next_bar_updown', 1],
    ['Next_Bar', 'next_bar_updown', 1],
    ['overnight_close_to_open', 'close_to_open', 1],
    ['fwd_ret_63d', 'fwd_ret_63d', 63],
    ['none', 'none', 1],
  ])('%s is %s, held %i bars', (word, name, held) => {
    const label = parseLabelKind(word);
    expect(labelName(label)).toBe(name);
    expect(horizonBarsOf(label, 'day')).toBe(held);
  });

  it.each(['fwd_ret_0d', 'fwd_ret_253d', 'fwd_ret_d', 'tomorrow', ''])('refuses %j', (word) => {
    expect(() => parseLabelKind(word)).toThrow(/Unknown label/);
  });

  it('says why regression cannot be computed', () => {
    expect(() => parseLabelKind('regression')).toThrow(/cannot be computed: a target/);
  });

  it.each([
    [
      'headfake_reversal',
      { window_end: '11:00', min_reversal_move_atr: 1 },
      { openMinute: 570, endMinute: 660, openMoveAtr: 0.5, reversalMoveAtr: 1 },
    ],
    ['pin_drift', { min_pull_atr: 0.4, atr_period: 20 }, { startMinute: 900, pullAtr: 0.4 }],
  ])('%s takes the parameters of sigma 10.5', (word, given, params) => {
    const label = parseLabelKind(word, given);
    expect(label).toMatchObject({ kind: word, params, atrPeriod: word === 'pin_drift' ? 20 : 14 });
    expect(labelName(label)).toBe(word);
    expect(horizonBarsOf(label, '30m')).toBe(1);
  });

  it.each([
    ['headfake_reversal', { window_end: '25:00' }, /window_end.*09:30 to 16:00/],
    ['headfake_reversal', { window_end: 10.5 }, /window_end/],
    ['headfake_reversal', { open_time: '11:00' }, /must be after open_time/],
    ['headfake_reversal', { min_pull_atr: 1 }, /min_pull_atr.*is no parameter/],
    ['pin_drift', { min_pull_atr: -1 }, /from 0 to 100/],
    ['pin_drift', { atr_period: 1.5 }, /whole number/],
  ])('%s refuses %j', (word, given, reason) => expect(() => parseLabelKind(word, given)).toThrow(reason));

  it.each([
    ['headfake_reversal', {}, 'hour', '30m'],
    ['headfake_reversal', { window_end: '10:32' }, 'hour', '1m'],
    ['headfake_reversal', {}, '5m', '5m'],
    ['pin_drift', {}, 'hour', 'hour'],
    ['pin_drift', {}, 'day', 'hour'],
    ['pin_drift', { drift_start_time: '15:15' }, 'week', '15m'],
  ] as const)('%s %j asked of %s bars is decided on %s bars', (word, given, cadence, wanted) => {
    const label = parseLabelKind(word, given);
    expect(isEventLabel(label) && intervalOfEvent(label, cadence)).toBe(wanted);
  });

  it('counts weekly horizons in whole weeks', () =>
    expect(horizonBarsOf(parseLabelKind('fwd_ret_63d'), 'week')).toBe(13));
});

describe.each(kinds)('$word on $interval bars', ({ word, interval, bars }) => {
  const label = parseLabelKind(word);

  it('is known only after t0, in the order of the rows', () => {
    const { value, t1Ms } = horizonReturns(bars, label, interval);
    const known = [...value.keys()].filter((row) => !Number.isNaN(value[row]!));
    expect(known.length).toBeGreaterThan(bars.rows / 10);
    expect(known.every((row) => t1Ms[row]! > bars.tsEndMs[row]!)).toBe(true);
    expect(known.every((row, at) => at === 0 || t1Ms[row]! > t1Ms[known[at - 1]!]!)).toBe(true);
  });

  it('looks no further than t1', () => {
    const { value, t1Ms } = horizonReturns(bars, label, interval);
    for (const cut of chooseCuts(bars.rows, 25, 1)) {
      const changed = futureOfMarket.mutate({ ticker: 'TEST', interval, bars }, cut, 1).bars;
      const again = horizonReturns(changed, label, interval).value;
      const isKnown = (row: number) => t1Ms[row]! <= bars.tsEndMs[cut]!;
      const wrong = [...value.keys()].filter((row) => isKnown(row) && !Object.is(value[row], again[row]));
      expect(wrong).toEqual([]);
    }
  });

  it('has a band that knows nothing of the future', () => {
    const compute = (market: MarketData): NamedColumn[] => {
      const returns = horizonReturns(market.bars, label, interval);
      return [{ name: 'band', values: bandWidths(market.bars.tsEndMs, returns, label, { kSigma: 0.3 }) }];
    };
    expect(
      findLeaks({ input: { ticker: 'TEST', interval, bars }, future: futureOfMarket, compute, seed: 5, cuts: 60 }),
    ).toEqual([]);
  });
});

describe('horizon returns', () => {
  it('never cross the night for the next bar, and cross it alone for close to open', () => {
    const next = horizonReturns(hourly, parseLabelKind('next_bar_updown'), 'hour').value;
    expect([...next.keys()].filter((row) => hourly.hourEt[row] === 15 && !Number.isNaN(next[row]!))).toEqual([]);
    const night = horizonReturns(hourly, parseLabelKind('close_to_open'), 'hour').value;
    expect(night[6]).toBe(hourly.open[7]! / hourly.close[6]! - 1);
    expect(Number.isNaN(night[5]!)).toBe(true);
  });

  it('give no label where the session they end in is missing: the one after would be another horizon', () => {
    const before = sliceBars(daily, 0, 50);
    const after = sliceBars(daily, 51, 200);
    const join = (key: 'open' | 'close' | 'high' | 'low' | 'volume' | 'vwap' | 'tsStartMs' | 'tsEndMs') =>
      Float64Array.from([...before[key], ...after[key]]);
    const holed = {
      rows: 199,
      session: Int32Array.from([...before.session, ...after.session]),
      hourEt: new Int32Array(199).fill(9),
      open: join('open'),
      high: join('high'),
      low: join('low'),
      close: join('close'),
      volume: join('volume'),
      vwap: join('vwap'),
      tsStartMs: join('tsStartMs'),
      tsEndMs: join('tsEndMs'),
    };
    const { value } = horizonReturns(holed, parseLabelKind('fwd_ret_1d'), 'day');
    expect(Number.isNaN(value[49]!)).toBe(true);
    expect(Number.isNaN(value[50]!)).toBe(false);
  });
});

describe('the band', () => {
  it('is the multiple of the sample deviation of the latest 60 returns known at t0', () => {
    const label = parseLabelKind('fwd_ret_20d');
    const returns = horizonReturns(daily, label, 'day');
    const widths = bandWidths(daily.tsEndMs, returns, label, { kSigma: 0.5 });
    // At row 150 the returns of rows up to 130 are known.
    const known = Array.from(returns.value.slice(71, 131));
    const mean = known.reduce((sum, value) => sum + value, 0) / 60;
    const deviation = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 59);
    expect(widths[150]).toBeCloseTo(0.5 * deviation, 15);
    expect(Number.isNaN(widths[38]!)).toBe(true);
    expect(Number.isNaN(widths[39]!)).toBe(false);
  });

  it('takes fixed_bp before k_sigma, and the default of the label without either', () => {
    expect(bandRule(parseLabelKind('fwd_ret_5d'), { fixedBp: 3, kSigma: 1 })).toEqual({ fixedBp: 3 });
    expect(bandRule(parseLabelKind('fwd_ret_5d'), { kSigma: 1 })).toEqual({ kSigma: 1 });
    expect(bandRule(parseLabelKind('fwd_ret_5d'), {})).toEqual({ fixedBp: 10 });
    expect(bandRule(parseLabelKind('close_to_open'), {})).toEqual({ fixedBp: 5 });
    expect(bandRule(parseLabelKind('next_bar'), {})).toEqual({ kSigma: 0.3 });
  });

  it('calls a return at its edge FLAT, and an unknown one nothing', () => {
    expect([0.01, 0.0100001, -0.01, -0.0100001].map((value) => classOf(value, 0.01))).toEqual([FLAT, UP, FLAT, DOWN]);
    expect(classOf(Number.NaN, 0.01)).toBe(-1);
    expect(classOf(0.01, Number.NaN)).toBe(-1);
  });
});
