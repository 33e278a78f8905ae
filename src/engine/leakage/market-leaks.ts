/** The leak check of a market's columns: whole where it is small, on sampled stretches where it is long. */
import { sliceBars } from '../frame/slice-bars.js';
import type { MarketData } from '../indicators/indicator.js';
import { futureOfMarket } from './future-of-market.js';
import { findLeaks, type Leak, type NamedColumn } from './mutate-future.js';

/** Longer markets are checked on stretches of this many bars: the cost then no longer grows with the data. */
const STRETCH_ROWS = 8_000;
const STRETCHES = 3;
const CUTS_A_STRETCH = 2;

export interface MarketLeakSearch {
  readonly market: MarketData;
  readonly compute: (market: MarketData) => readonly NamedColumn[];
  readonly seed: number;
  /** Default: a cheap sample. A number or 'all' checks that many cuts of the whole market. */
  readonly cuts?: number | 'all' | undefined;
}

/** Columns of a market that use the future, each with one example whose rows count from the market's first bar. */
export function findMarketLeaks({ market, compute, seed, cuts }: MarketLeakSearch): Leak[] {
  const { rows } = market.bars;
  if (cuts !== undefined) return findLeaks({ input: market, future: futureOfMarket, compute, seed, cuts });
  if (rows <= STRETCH_ROWS * STRETCHES) return findLeaks({ input: market, future: futureOfMarket, compute, seed });
  const found = new Map<string, Leak>();
  for (let i = 0; i < STRETCHES; i++) {
    const first = Math.floor(((rows - STRETCH_ROWS) * i) / (STRETCHES - 1));
    const input = { ...market, bars: sliceBars(market.bars, first, first + STRETCH_ROWS) };
    for (const leak of findLeaks({ input, future: futureOfMarket, compute, seed: seed + i, cuts: CUTS_A_STRETCH })) {
      const { row, cut } = leak.example;
      if (!found.has(leak.column))
        found.set(leak.column, { ...leak, example: { ...leak.example, row: row + first, cut: cut + first } });
    }
  }
  return [...found.values()];
}
