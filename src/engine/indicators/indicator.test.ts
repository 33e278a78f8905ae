/** The contract that every member of the list passes: length, purity, warm-up, no look-ahead, odd inputs. */
import { describe, expect, it } from 'vitest';
import { isIntradayInterval } from '../calendar/bar-interval.js';
import { madeBars } from '../calendar/made-bars.fixture.js';
import type { Bars } from '../frame/bars.js';
import { sliceBars } from '../frame/slice-bars.js';
import { futureOfMarket } from '../leakage/future-of-market.js';
import { findLeaks } from '../leakage/mutate-future.js';
import { warmupBars } from '../matrix/warm-up.js';
import { computeIndicators } from './compute-indicators.js';
import { knownIndicators } from './extra/index.js';
import type { Indicator, MarketData } from './indicator.js';
import { indicators } from './registry.js';
import { describeIndicator, resolveIndicator } from './resolve.js';

const index = madeBars({ interval: 'day', sessions: 330, seed: 3 });

const related = { 'I:VIX': index, 'I:VIX3M': madeBars({ interval: 'day', sessions: 330, seed: 4 }) };

const markets: MarketData[] = [
  { ticker: 'TEST', interval: 'day', bars: madeBars({ interval: 'day', sessions: 330 }), related },
  { ticker: 'TEST', interval: 'hour', bars: madeBars({ interval: 'hour', sessions: 45 }), related },
  { ticker: 'TEST', interval: '5m', bars: madeBars({ interval: '5m', sessions: 18 }), related },
];

const optionOnes = ['flow', 'chain', 'quotes'];

const compute = (market: MarketData, indicator: Indicator) =>
  computeIndicators(market, [resolveIndicator(indicator.name)]);

const valuesOf = (market: MarketData, indicator: Indicator) =>
  compute(market, indicator).columns.map(({ values }) => Array.from(values));

/** Comparing bytes is a thousand times faster than comparing arrays value by value. */
const bitsOf = (columns: readonly Float64Array[]) =>
  columns
    .map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength).toString('base64'))
    .join();

const columnsOf = ({ tsStartMs, tsEndMs, open, high, low, close, volume, vwap }: Bars) => [
  tsStartMs,
  tsEndMs,
  open,
  high,
  low,
  close,
  volume,
  vwap,
];

const mapPrices = (bars: Bars, map: (value: number, row: number) => number): Bars => ({
  ...bars,
  open: bars.open.map(map),
  high: bars.high.map(map),
  low: bars.low.map(map),
  close: bars.close.map(map),
  volume: bars.volume.map(map),
  vwap: bars.vwap.map(map),
});

const each = knownIndicators.map((indicator) => ({ name: indicator.name, indicator }));
const computable = each.filter(({ indicator }) => !optionOnes.includes(indicator.requires));

it('the list holds the 81 of the contract, each name and alias once', () => {
  const names = knownIndicators
    .flatMap(({ name, aliases = [] }) => [name, ...aliases])
    .map((name) => name.toLowerCase());
  expect(indicators).toHaveLength(81);
  expect(
    new Set(names.filter((name, at) => knownIndicators.every((one) => one.name !== name) || names.indexOf(name) === at))
      .size,
  ).toBe(new Set(names).size);
});

describe.each(each)('$name', ({ indicator }) => {
  it('describes itself: defaults within their bounds, outputs named, a formula', () => {
    const { params } = resolveIndicator(indicator.name);
    expect(resolveIndicator(describeIndicator({ indicator, params })).params).toEqual(params);
    expect(indicator.outputs(params).length).toBeGreaterThan(0);
    expect(indicator.doc.length).toBeGreaterThan(10);
    expect(indicator.lookback(params)).toBeGreaterThanOrEqual(0);
  });

  it.each(markets)('gives columns as long as $interval bars, twice the same, its input untouched', (market) => {
    const before = bitsOf(columnsOf(market.bars));
    const first = compute(market, indicator).columns.map(({ values }) => values);
    expect(first.every((values) => values.length === market.bars.rows)).toBe(true);
    expect(bitsOf(compute(market, indicator).columns.map(({ values }) => values))).toBe(bitsOf(first));
    expect(bitsOf(columnsOf(market.bars))).toBe(before);
  });

  it.each(markets)('knows nothing of what comes after a $interval bar', (market) => {
    const leaks = findLeaks({
      input: market,
      future: futureOfMarket,
      compute: (seen) => compute(seen, indicator).columns,
      seed: 1,
      cuts: 40,
    });
    expect(leaks).toEqual([]);
  });

  it('takes no bars, one bar, constant prices and missing values', () => {
    for (const market of markets) {
      for (const rows of [0, 1, 2]) {
        const few = { ...market, bars: sliceBars(market.bars, 0, rows) };
        expect(valuesOf(few, indicator).every((values) => values.length === rows)).toBe(true);
      }
      const flat = valuesOf({ ...market, bars: mapPrices(market.bars, () => 100) }, indicator).flat();
      expect(flat.every((value) => Number.isNaN(value) || Number.isFinite(value))).toBe(true);
      const holes = { ...market, bars: mapPrices(market.bars, (value, row) => (row % 11 === 5 ? Number.NaN : value)) };
      expect(
        valuesOf(holes, indicator)
          .flat()
          .every((value) => Number.isNaN(value) || Number.isFinite(value)),
      ).toBe(true);
      const wild = { ...market, bars: mapPrices(market.bars, (value, row) => (row % 9 === 4 ? Infinity : value)) };
      expect(
        valuesOf(wild, indicator)
          .flat()
          .every((value) => Number.isNaN(value) || Number.isFinite(value)),
      ).toBe(true);
    }
  });
});

describe.each(computable)('$name', ({ indicator }) => {
  const usable = markets.filter((market) => compute(market, indicator).missing.length === 0);

  it('can be computed on some bars', () => expect(usable.length).toBeGreaterThan(0));

  it.each(usable)('is null exactly in its warm-up on $interval bars', (market) => {
    const resolved = resolveIndicator(indicator.name);
    const warmup = warmupBars(resolved, market.bars);
    const columns = valuesOf(market, indicator);
    const leading = columns.map((values) => {
      const first = values.findIndex((value) => !Number.isNaN(value));
      return first < 0 ? values.length : first;
    });
    expect(Math.max(...leading)).toBeLessThanOrEqual(warmup);
    // Lookbacks in sessions are told in bars of the longest session: exact on daily bars only.
    const isExact = indicator.lookbackSessions === undefined || !isIntradayInterval(market.interval);
    if (isExact && indicator.isSparse !== true) expect(Math.max(...leading)).toBe(warmup);
    if (indicator.isSparse === true) return;
    const holes = columns.map((values, at) => values.slice(leading[at]).findIndex(Number.isNaN));
    expect(holes.every((hole) => hole === -1)).toBe(true);
  });
});

describe.each(each.filter(({ indicator }) => optionOnes.includes(indicator.requires)))('$name', ({ indicator }) => {
  it('is null on price bars, and says what is missing', () => {
    const { columns, missing } = compute(markets[0]!, indicator);
    expect(columns.every(({ values }) => values.every(Number.isNaN))).toBe(true);
    expect(missing[0]!.reason).toMatch(/missing$/);
  });
});
