/** The option indicators of sigma 9.2 on a market that carries option columns: values by hand, nothing from the future, null without data. */
import { describe, expect, it } from 'vitest';
import { madeBars } from '../calendar/made-bars.fixture.js';
import { madeChain, madeFlow } from '../frame/made-chain.fixture.js';
import { latestSnapshot, type OptionChain, sliceChain, sliceFlow } from '../frame/option-chain.js';
import { sliceBars } from '../frame/slice-bars.js';
import { futureOfMarket } from '../leakage/future-of-market.js';
import { findLeaks } from '../leakage/mutate-future.js';
import { computeIndicators } from './compute-indicators.js';
import type { MarketData } from './indicator.js';
import { parseDayWindow } from './option-snapshots.js';
import { indicators } from './registry.js';
import { type IndicatorRequest, resolveIndicator } from './resolve.js';

const bars = madeBars({ interval: '30m', sessions: 25 });
const market: MarketData = {
  ticker: 'TEST',
  interval: '30m',
  bars,
  chain: madeChain(bars, [9 * 60 + 40, 15 * 60 + 10]),
  quotes: madeChain(bars, [9 * 60 + 33, 10 * 60 + 50, 15 * 60 + 58], 8),
  flow: madeFlow(bars),
};
const optionOnes = indicators.filter(({ requires }) => ['flow', 'chain', 'quotes'].includes(requires));

const columnOf = (request: IndicatorRequest, seen = market) =>
  computeIndicators(seen, [resolveIndicator(request)]).columns[0]!.values;

/** A snapshot of chosen contracts: [strike, isCall, openInterest, gamma, iv, delta, days to expiry]. */
function drawnChain(contracts: readonly (readonly number[])[]): OptionChain {
  const asOf = bars.tsEndMs[0]!;
  const column = (at: number) => Float64Array.from(contracts, (one) => one[at] ?? Number.NaN);
  return {
    rows: contracts.length,
    asOfMs: new Float64Array(contracts.length).fill(asOf),
    expiryMs: Float64Array.from(contracts, (one) => bars.tsEndMs.at(-1)! + (one[6] ?? 1) * 86_400_000),
    strike: column(0),
    isCall: Uint8Array.from(contracts, (one) => one[1]!),
    openInterest: column(2),
    gamma: column(3),
    iv: column(4),
    delta: column(5),
  };
}

/** The value on the last bar, whose close is set to 100. */
function lastOn(chain: OptionChain, request: IndicatorRequest): number {
  const close = bars.close.map((value, row) => (row === bars.rows - 1 ? 100 : value));
  return columnOf(request, { ...market, bars: { ...bars, close }, chain }).at(-1)!;
}

it('there are 24 of them', () => expect(optionOnes).toHaveLength(24));

describe.each(optionOnes.map((indicator) => ({ name: indicator.name, indicator })))('$name', ({ name }) => {
  it('has values where the data are, all finite or null', () => {
    const values = columnOf(name);
    expect(values.filter((value) => !Number.isNaN(value)).length).toBeGreaterThan(50);
    expect(values.every((value) => Number.isNaN(value) || Number.isFinite(value))).toBe(true);
  });

  it('knows nothing of what comes later', () => {
    const compute = (seen: MarketData) => computeIndicators(seen, [resolveIndicator(name)]).columns;
    expect(findLeaks({ input: market, future: futureOfMarket, compute, seed: 3, cuts: 30 })).toEqual([]);
  });

  it('is null with a reason when the columns are empty', () => {
    const empty = {
      ...market,
      chain: sliceChain(market.chain!, 0, 0),
      quotes: sliceChain(market.quotes!, 0, 0),
      flow: sliceFlow(market.flow!, 0, 0),
    };
    const { columns, missing } = computeIndicators(empty, [resolveIndicator(name)]);
    expect(columns[0]!.values.every(Number.isNaN)).toBe(true);
    expect(missing[0]!.reason).toMatch(/of TEST are missing$/);
  });

  it('takes contracts of which nothing is known', () => {
    const nothing = (chain: OptionChain) => ({
      ...chain,
      iv: chain.iv.map(() => Number.NaN),
      gamma: chain.gamma.map(() => Number.NaN),
      delta: chain.delta.map(() => Number.NaN),
      openInterest: chain.openInterest.map(() => Number.NaN),
    });
    const blind = { ...market, chain: nothing(market.chain!), quotes: nothing(market.quotes!) };
    const values = columnOf(name, blind);
    expect(values.every((value) => Number.isNaN(value) || Number.isFinite(value))).toBe(true);
  });
});

it('a parameter that wants what the market lacks is told so', () => {
  const { missing } = computeIndicators({ ...market, quotes: undefined }, [
    resolveIndicator({ name: 'iv_term_slope', iv_source: 'quotes' }),
    resolveIndicator({ name: 'pcr_oi', underlying: 'QQQ' }),
  ]);
  expect(missing.map(({ reason }) => reason)).toEqual([
    'option quotes of TEST are missing',
    'option chains (strike, open interest, gamma, implied volatility) of QQQ are missing',
  ]);
});

describe('values by hand', () => {
  const piles = drawnChain([
    [95, 1, 10, 0.01],
    [95, 0, 30, 0.01],
    [100, 1, 20, 0.08],
    [105, 0, 20, 0.05],
    [110, 1, 20, 0.04],
  ]);

  it.each([
    ['oi_peak_strike', 95],
    ['dist_to_oi_peak', 5],
    ['oi_concentration_hhi', 0.16 + 3 * 0.04],
    ['oi_concentration_hhi__top_n=1', 0.16],
    // Gamma times interest: 0.4, 1.6, 1.0, 0.8.
    ['gamma_peak_strike', 100],
    ['dist_to_gamma_peak', 0],
    ['gamma_concentration__top_n=2', (1.6 / 3.8) ** 2 + (1 / 3.8) ** 2],
    // Sums of three neighbours: 2.0, 3.0, 3.4, 1.8.
    ['gamma_density_peak_strike', 105],
    ['gamma_skew_left_right', (1.8 - 0.4) / (1.8 + 0.4)],
    ['pcr_oi', 50 / 50],
  ])('%s', (request, wanted) => expect(lastOn(piles, request)).toBeCloseTo(wanted, 12));

  const smile = drawnChain([
    [99, 1, 1, 0.1, 0.2, 0.6, 3],
    [99, 0, 1, 0.1, 0.22, -0.4, 3],
    [102, 1, 1, 0.1, 0.18, 0.27, 3],
    [95, 0, 1, 0.1, 0.3, -0.22, 3],
    [100, 1, 1, 0.1, 0.25, 0.5, 33],
    [100, 0, 1, 0.1, Number.NaN, -0.5, 33],
    [100, 1, 1, 0.1, 0.5, 0.5, 300],
  ]);

  it.each([
    ['iv_skew25_delta', 0.18 - 0.3],
    ['iv_term_slope', 0.25 - 0.21],
    ['iv_term_slope__days_fwd=365', 0.5 - 0.21],
  ])('%s', (request, wanted) => expect(lastOn(smile, request)).toBeCloseTo(wanted, 12));

  it('implied against realised', () => {
    const request = { name: 'iv_realized_spread', window: 5, contract_type: 'call' };
    const close = bars.close.map((value, row) => (row === bars.rows - 1 ? 100 : value));
    const moves = Array.from({ length: 5 }, (_, i) => close.at(-5 + i)! / close.at(-6 + i)! - 1);
    const mean = moves.reduce((sum, move) => sum + move, 0) / 5;
    const deviation = Math.sqrt(moves.reduce((sum, move) => sum + (move - mean) ** 2, 0) / 4);
    expect(lastOn(smile, request)).toBeCloseTo(0.2 - deviation * Math.sqrt(252 * 13), 10);
  });

  it('flow of the bar, and of the session once it is closed', () => {
    const { flow } = market;
    const traded = (isCall: number, from: number, to: number) =>
      flow!.volume.reduce(
        (sum, volume, i) =>
          sum + (flow!.isCall[i] === isCall && flow!.tsEndMs[i]! > from && flow!.tsEndMs[i]! <= to ? volume : 0),
        0,
      );
    const row = 20;
    const ratio =
      traded(0, bars.tsStartMs[row]!, bars.tsEndMs[row]!) / traded(1, bars.tsStartMs[row]!, bars.tsEndMs[row]!);
    expect(columnOf('pcr_volume')[row]).toBeCloseTo(ratio, 12);
    expect(columnOf('sold_flow_ratio')[row]).toBeCloseTo(ratio, 12);
    const eod = columnOf('pcr_eod');
    const session = (n: number) =>
      traded(0, bars.tsStartMs[13 * n]!, bars.tsEndMs[13 * n + 12]!) /
      traded(1, bars.tsStartMs[13 * n]!, bars.tsEndMs[13 * n + 12]!);
    expect(eod[0]).toBeNaN();
    expect(eod[12]).toBeCloseTo(session(0), 12);
    expect(eod[13]).toBeCloseTo(session(0), 12);
    expect(eod[24]).toBeCloseTo(session(0), 12);
    expect(eod[25]).toBeCloseTo(session(1), 12);
  });

  it('closing quotes show in the next session, wings and opening once their window is over', () => {
    const eod = columnOf('atm_iv_eod');
    expect(eod.slice(0, 13).every(Number.isNaN)).toBe(true);
    expect(new Set(eod.slice(13, 26)).size).toBe(1);
    const div = columnOf('div_eod');
    expect(div[26]).toBeCloseTo(eod[26]! - eod[13]!, 12);
    const wings = columnOf('iv_smile_wings');
    // 11:00 is the end of the third half hour.
    expect(Array.from(wings.slice(0, 4), Number.isNaN)).toEqual([true, true, false, false]);
    expect(columnOf('atm_iv_open_delta')[13]).not.toBeNaN();
  });

  it('rank and share of the last value among those of the sessions before', () => {
    const rank = columnOf('iv_rank_52w');
    const share = columnOf('iv_percentile_52w');
    expect(rank.slice(0, 9 * 13).every(Number.isNaN)).toBe(true);
    for (let row = 10 * 13; row < bars.rows; row++) {
      expect(rank[row]!).toBeGreaterThanOrEqual(0);
      expect(rank[row]!).toBeLessThanOrEqual(1);
      if (rank[row] === 1) expect(share[row]).toBe(1);
      expect(share[row]!).toBeGreaterThan(0);
    }
  });
});

describe('planted leaks of option data are caught', () => {
  const few = sliceBars(bars, 0, 6 * 13);
  const small: MarketData = {
    ...market,
    bars: few,
    chain: madeChain(few, [580, 910]),
    quotes: madeChain(few, [573, 958], 8),
    flow: madeFlow(few),
  };
  const leaksOf = (values: (seen: MarketData) => Float64Array) =>
    findLeaks({
      input: small,
      future: futureOfMarket,
      compute: (seen) => [{ name: 'plant', values: values(seen) }],
      seed: 2,
    }).map(({ column }) => column);
  const lastOf = (seen: MarketData, chain: OptionChain, read: (row: number) => number) =>
    seen.bars.close.map((_, at) => {
      const session = seen.bars.session[at]!;
      const rows = [...chain.asOfMs.keys()].filter((row) => Math.floor(chain.asOfMs[row]! / 86_400_000) === session);
      return read(rows.at(-1) ?? -1);
    });

  it.each<[string, (seen: MarketData) => Float64Array]>([
    [
      "the session's last snapshot on all its rows",
      (seen) => lastOf(seen, seen.chain!, (row) => seen.chain!.iv[row] ?? 0),
    ],
    [
      "the session's closing quotes before the close",
      (seen) => lastOf(seen, seen.quotes!, (row) => seen.quotes!.iv[row] ?? 0),
    ],
    [
      'the put / call ratio of the whole session, as the original broadcast it',
      (seen) => {
        const { bars: own, flow } = seen;
        return own.close.map((_, row) => {
          let [puts, calls] = [0, 0];
          for (let i = 0; i < flow!.rows; i++) {
            if (Math.floor(flow!.tsEndMs[i]! / 86_400_000) !== own.session[row]) continue;
            if (flow!.isCall[i] === 1) calls += flow!.volume[i]!;
            else puts += flow!.volume[i]!;
          }
          return puts / calls;
        });
      },
    ],
    ['the highest volatility of the sample', (seen) => seen.bars.close.map(() => Math.max(...seen.chain!.iv))],
  ])('%s', (_, plant) => expect(leaksOf(plant)).toEqual(['plant']));
});

it('reads windows of the day, and nothing else', () => {
  expect(parseDayWindow('15:55-16:00')).toEqual({ fromMinute: 955, toMinute: 960 });
  for (const text of ['', 'noon', '16:00-15:00', '10:00', '10:00-25:00']) expect(parseDayWindow(text)).toBeUndefined();
});

it('the latest snapshot is the whole of the last moment known', () => {
  const chain = market.chain!;
  const [from, to] = latestSnapshot(chain, chain.asOfMs[0]!)!;
  expect([from, to]).toEqual([0, 150]);
  expect(latestSnapshot(chain, chain.asOfMs[0]! - 1)).toBeUndefined();
});
