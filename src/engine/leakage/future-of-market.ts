/** The future of a market: all bars, daily bars and index bars that end after a bar's end, all option columns known later. */
import type { Bars } from '../frame/bars.js';
import { countKnown, type OptionChain, type OptionFlow, sliceChain, sliceFlow } from '../frame/option-chain.js';
import { sliceBars } from '../frame/slice-bars.js';
import type { MarketData } from '../indicators/indicator.js';
import type { FutureOf } from './mutate-future.js';
import { noiseAt } from './noise.js';

export const futureOfMarket: FutureOf<MarketData> = {
  rows: ({ bars }) => bars.rows,
  mutate: (market, cut, seed) =>
    mapMarket(market, market.bars.tsEndMs[cut]!, {
      bars: (bars, known) => disturb(bars, known, seed),
      chain: (chain, known) => disturbChain(chain, known, seed),
      flow: (flow, known) => ({
        ...flow,
        volume: noisy(flow.volume, known, seed, 9),
        premium: noisy(flow.premium, known, seed, 10),
      }),
    }),
  truncate: (market, cut) =>
    mapMarket(market, market.bars.tsEndMs[cut]!, {
      bars: (bars, known) => sliceBars(bars, 0, known),
      chain: (chain, known) => sliceChain(chain, 0, known),
      flow: (flow, known) => sliceFlow(flow, 0, known),
    }),
};

/** What is done to each part of a market, given how many of its rows are known. */
interface Changes {
  readonly bars: (bars: Bars, known: number) => Bars;
  readonly chain: (chain: OptionChain, known: number) => OptionChain;
  readonly flow: (flow: OptionFlow, known: number) => OptionFlow;
}

function mapMarket(market: MarketData, knownMs: number, changes: Changes): MarketData {
  const map = (bars: Bars) => changes.bars(bars, countKnown(bars.tsEndMs, knownMs));
  const mapChain = (chain: OptionChain) => changes.chain(chain, countKnown(chain.asOfMs, knownMs));
  const { daily, related, chain, quotes, flow } = market;
  return {
    ...market,
    bars: map(market.bars),
    daily: daily && map(daily),
    related:
      related && Object.fromEntries(Object.entries(related).map(([ticker, bars]) => [ticker, map(bars)] as const)),
    chain: chain && mapChain(chain),
    quotes: quotes && mapChain(quotes),
    flow: flow && changes.flow(flow, countKnown(flow.tsEndMs, knownMs)),
  };
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

/** Other volatilities, greeks and interest; moments, expiries and strikes stay: what is listed is known in advance. */
const disturbChain = (chain: OptionChain, known: number, seed: number): OptionChain => ({
  ...chain,
  iv: noisy(chain.iv, known, seed, 6),
  delta: chain.delta.map((delta, row) => (row < known ? delta : delta * (0.5 + noiseAt(seed, row, 7)))),
  gamma: noisy(chain.gamma, known, seed, 8),
  openInterest: noisy(chain.openInterest, known, seed, 9),
});

/** Positive numbers of another size from a row on; a missing one may appear. */
const noisy = (values: Float64Array, known: number, seed: number, lane: number): Float64Array =>
  values.map((value, row) =>
    row < known ? value : (Number.isFinite(value) ? value : 1) * (0.2 + 3 * noiseAt(seed, row, lane)),
  );
