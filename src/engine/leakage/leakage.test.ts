import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeBars } from '../calendar/made-bars.fixture.js';
import { sliceBars } from '../frame/slice-bars.js';
import { computeIndicators } from '../indicators/compute-indicators.js';
import type { MarketData, ParamSpec, ParamValue } from '../indicators/indicator.js';
import { indicators } from '../indicators/registry.js';
import { resolveIndicator } from '../indicators/resolve.js';
import { futureOfMarket } from './future-of-market.js';
import { plants } from './leak-zoo.fixture.js';
import { findMarketLeaks } from './market-leaks.js';
import { chooseCuts, findLeaks } from './mutate-future.js';
import { noiseAt } from './noise.js';

const market: MarketData = {
  ticker: 'TEST',
  interval: 'hour',
  bars: madeBars({ interval: 'hour', sessions: 60 }),
  daily: madeBars({ interval: 'day', sessions: 60 }),
  related: { 'I:VIX': madeBars({ interval: 'day', sessions: 60, seed: 9 }) },
};

describe('the mutate-the-future oracle', () => {
  it.each(Object.keys(plants))('catches: %s', (name) => {
    const leaks = findMarketLeaks({ market, compute: (seen) => [{ name, values: plants[name]!(seen) }], seed: 11 });
    expect(leaks.map(({ column }) => column)).toEqual([name]);
    expect(leaks[0]!.example.row).toBeLessThanOrEqual(leaks[0]!.example.cut);
  });

  it('keeps a zoo of more than forty', () => expect(Object.keys(plants).length).toBeGreaterThan(40));

  it('passes two hundred clean configurations', () => {
    const alarms: string[] = [];
    for (let i = 0; i < 200; i++) {
      const indicator = indicators[i % indicators.length]!;
      const given = Object.fromEntries(
        Object.entries(indicator.params).map(([name, spec], lane) => [name, anyValue(spec, i, lane)]),
      );
      const resolved = resolveIndicator({ ...given, name: indicator.name });
      const compute = (seen: MarketData) => computeIndicators(seen, [resolved]).columns;
      const leaks = findMarketLeaks({ market, compute, seed: i });
      if (leaks.length > 0) alarms.push(`${indicator.name} ${JSON.stringify(given)}: row ${leaks[0]!.example.row}`);
    }
    expect(alarms).toEqual([]);
  });

  it('finds with every cut what stands on a single row only', () => {
    const compute = ({ bars }: MarketData) => [
      { name: 'once', values: bars.close.map((value, i) => (i === 100 ? (bars.close[101] ?? 0) : value)) },
    ];
    const leaks = findLeaks({ input: market, future: futureOfMarket, compute, seed: 1, cuts: 'all' });
    expect(leaks).toMatchObject([{ column: 'once', example: { row: 100, cut: 100, how: 'mutated' } }]);
  });

  it('leaves what was known alone and changes all that was not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: market.bars.rows - 2 }), fc.integer(), (cut, seed) => {
        const changed = futureOfMarket.mutate(market, cut, seed);
        const knownMs = market.bars.tsEndMs[cut]!;
        for (const [before, after] of [
          [market.bars, changed.bars],
          [market.daily!, changed.daily!],
          [market.related!['I:VIX']!, changed.related!['I:VIX']!],
        ] as const) {
          const kept = before.close.map((value, row) => (value === after.close[row] ? 1 : 0));
          expect([...kept]).toEqual(Array.from(before.tsEndMs, (ms) => (ms <= knownMs ? 1 : 0)));
          expect(after.low.every((low, row) => low <= Math.min(after.open[row]!, after.close[row]!) && low > 0)).toBe(
            true,
          );
          expect(after.high.every((high, row) => high >= Math.max(after.open[row]!, after.close[row]!))).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('checks a long market on stretches, and tells rows of the whole', () => {
    const long = {
      ...market,
      daily: undefined,
      related: undefined,
      interval: '5m' as const,
      bars: madeBars({ interval: '5m', sessions: 320 }),
    };
    expect(long.bars.rows).toBeGreaterThan(24_000);
    const compute = ({ bars }: MarketData) => [
      { name: 'honest', values: bars.close.map((value, i) => value - (bars.close[i - 1] ?? 0)) },
      { name: 'leaky', values: bars.close.map((_, i) => bars.close[i + 1] ?? 0) },
    ];
    const leaks = findMarketLeaks({ market: long, compute, seed: 3 });
    expect(leaks.map(({ column }) => column)).toEqual(['leaky']);
    const { row, before } = leaks[0]!.example;
    expect(before).toBe(long.bars.close[row + 1]);
  });

  it('has nothing to say of no bars and of one', () => {
    for (const rows of [0, 1]) {
      const few = { ...market, bars: sliceBars(market.bars, 0, rows) };
      expect(
        findMarketLeaks({ market: few, compute: (seen) => [{ name: 'x', values: seen.bars.close }], seed: 1 }),
      ).toEqual([]);
    }
  });

  it('always tries the next-to-last row and repeats itself by its seed', () => {
    expect(chooseCuts(500, 6, 42)).toEqual(chooseCuts(500, 6, 42));
    expect(chooseCuts(500, 6, 42)).toContain(498);
    expect(chooseCuts(3, 'all', 1)).toEqual([0, 1]);
  });
});

function anyValue(spec: ParamSpec, seed: number, lane: number): ParamValue {
  const noise = noiseAt(seed, lane, 99);
  if (spec.type === 'bool') return noise < 0.5;
  if (spec.type === 'str')
    return spec.enum === undefined ? spec.default : spec.enum[Math.floor(noise * spec.enum.length)]!;
  const [min, max] = [spec.min ?? 1, Math.min(spec.max ?? 40, 40)];
  const value = min + noise * (max - min);
  return spec.type === 'int' ? Math.floor(value) : value;
}
