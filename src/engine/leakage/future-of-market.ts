/** The future of a market: all bars, daily bars and index bars that end after a bar's end. */
import type { Bars } from '../frame/bars.js';
import { sliceBars } from '../frame/slice-bars.js';
import type { MarketData } from '../indicators/indicator.js';
import type { FutureOf } from './mutate-future.js';
import { noiseAt } from './noise.js';

export const futureOfMarket: FutureOf<MarketData> = {
  rows: ({ bars }) => bars.rows,
  mutate: (market, cut, seed) =>
    mapBars(market, market.bars.tsEndMs[cut]!, (bars, known) => disturb(bars, known, seed)),
  truncate: (market, cut) => mapBars(market, market.bars.tsEndMs[cut]!, (bars, known) => sliceBars(bars, 0, known)),
};

/** Applies `change` to every set of bars with the number of its bars that are known at the moment. */
function mapBars(market: MarketData, knownMs: number, change: (bars: Bars, known: number) => Bars): MarketData {
  const map = (bars: Bars) => change(bars, countKnown(bars, knownMs));
  const related = Object.entries(market.related ?? {}).map(([ticker, bars]) => [ticker, map(bars)] as const);
  return {
    ...market,
    bars: map(market.bars),
    daily: market.daily && map(market.daily),
    related: market.related && Object.fromEntries(related),
  };
}

/** Bars that have ended at a moment; they are sorted by their end. */
function countKnown({ tsEndMs, rows }: Bars, knownMs: number): number {
  let [low, high] = [0, rows];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (tsEndMs[middle]! <= knownMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sound bars at other prices and volumes from row `known` on; the times stay, for the exchange's clock is known in advance. */
function disturb(bars: Bars, known: number, seed: number): Bars {
  const changed = {
    open: bars.open.slice(),
    high: bars.high.slice(),
    low: bars.low.slice(),
    close: bars.close.slice(),
    volume: bars.volume.slice(),
    vwap: bars.vwap.slice(),
  };
  for (let row = known; row < bars.rows; row++) {
    const scale = 0.5 + 1.5 * noiseAt(seed, row, 1);
    const [open, close] = [bars.open[row]! * scale, bars.open[row]! * scale * (0.8 + 0.4 * noiseAt(seed, row, 2))];
    changed.open[row] = open;
    changed.close[row] = close;
    changed.high[row] = Math.max(open, close) * (1 + 0.1 * noiseAt(seed, row, 3));
    changed.low[row] = Math.min(open, close) * (1 - 0.1 * noiseAt(seed, row, 4));
    changed.vwap[row] = (open + close) / 2;
    changed.volume[row] = Math.floor(1_000_000 * noiseAt(seed, row, 5));
  }
  return { ...bars, ...changed };
}
