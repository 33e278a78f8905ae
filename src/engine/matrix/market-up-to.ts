/** A request's market as it was known at the end of its last session: what came later does not exist for a matrix. */
import { newYorkTimeMs } from '../calendar/new-york-time.js';
import type { Bars } from '../frame/bars.js';
import { countKnown, type OptionChain, sliceChain, sliceFlow } from '../frame/option-chain.js';
import { sliceBars } from '../frame/slice-bars.js';
import type { MarketData } from '../indicators/indicator.js';
import type { MatrixRequest } from './matrix-request.js';

/** Bars of sessions up to `endDay`; option columns known before midnight in New York. Related tickers in capitals. */
export function marketUpTo(request: MatrixRequest): MarketData {
  const { ticker, interval, endDay = Infinity, chain, quotes, flow } = request;
  const cut = (bars: Bars) => sliceBars(bars, 0, firstAfter(bars, endDay));
  const related = Object.entries(request.related ?? {}).map(([name, bars]) => [name.toUpperCase(), cut(bars)] as const);
  const lastMs = endDay === Infinity ? Infinity : newYorkTimeMs(endDay + 1, 0) - 1;
  const cutChain = (one: OptionChain) => sliceChain(one, 0, countKnown(one.asOfMs, lastMs));
  return {
    ticker,
    interval,
    bars: cut(request.bars),
    daily: request.daily && cut(request.daily),
    related: Object.fromEntries(related),
    chain: chain && cutChain(chain),
    quotes: quotes && cutChain(quotes),
    flow: flow && sliceFlow(flow, 0, countKnown(flow.tsEndMs, lastMs)),
  };
}

function firstAfter({ session, rows }: Bars, day: number): number {
  let count = rows;
  while (count > 0 && session[count - 1]! > day) count--;
  return count;
}
