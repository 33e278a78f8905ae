/** Option flow: how many puts and calls were traded and are open. */
import { sessionCloseMs } from '../calendar/exchange-calendar.js';
import type { Bars } from '../frame/bars.js';
import { countKnown, type OptionChain, type OptionFlow } from '../frame/option-chain.js';
import { exponentialAverage, simpleAverage } from './moving-average.js';
import { defineOptionIndicator, optionsOf } from './option-data.js';
import { fromSnapshot, type Span, sessionsOf } from './option-snapshots.js';
import { bars, underlying } from './params.js';

const flow = { category: 'options flow', requires: 'flow' } as const;
const interest = { category: 'options flow', requires: 'chain' } as const;

export const optionFlow = [
  defineOptionIndicator({
    ...flow,
    name: 'sold_flow_ratio',
    subcategory: 'ratio',
    params: { window: { type: 'int', default: null, min: 1, max: 5040 } },
    doc: 'puts_sold_total / calls_sold_total; with a window, its rolling mean.',
    outputs: (p) => [p.window === null ? 'sold_flow_ratio' : `sold_flow_ratio_${p.window}`],
    column(market, { window }) {
      const ratio = putCallRatio(market.bars, optionsOf(market, 'flow'));
      return window === null ? ratio : simpleAverage(ratio, window);
    },
  }),
  defineOptionIndicator({
    ...flow,
    name: 'pcr_volume',
    subcategory: 'ratio',
    params: {},
    doc: 'Put volume / call volume of the bar.',
    outputs: () => ['pcr_volume'],
    column: (market) => putCallRatio(market.bars, optionsOf(market, 'flow')),
  }),
  defineOptionIndicator({
    ...flow,
    name: 'pcr_eod',
    subcategory: 'ratio',
    params: {},
    doc: "The session's put / call volume; on rows before the close that of the session before.",
    outputs: () => ['pcr_eod'],
    column: (market) => sessionRatio(market.bars, optionsOf(market, 'flow')),
  }),
  defineOptionIndicator({
    ...interest,
    name: 'pcr_oi',
    subcategory: 'open interest',
    params: { underlying: underlying() },
    doc: 'Put open interest / call open interest.',
    outputs: () => ['pcr_oi'],
    column(market) {
      const chain = optionsOf(market, 'chain');
      return fromSnapshot(market.bars, chain, (span) => openInterest(chain, span, 0) / openInterest(chain, span, 1));
    },
  }),
  defineOptionIndicator({
    ...interest,
    name: 'oi_change_1d',
    subcategory: 'open interest',
    params: { underlying: underlying() },
    doc: 'Total open interest - that of the session before.',
    outputs: () => ['oi_change_1d'],
    column(market) {
      const total = totalInterest(market.bars, optionsOf(market, 'chain'));
      const { lastRows, placeOf } = sessionsOf(market.bars);
      return total.map((value, row) => value - (total[lastRows[placeOf[row]! - 1] ?? -1] ?? Number.NaN));
    },
  }),
  defineOptionIndicator({
    ...interest,
    name: 'oi_trend',
    subcategory: 'open interest',
    params: { underlying: underlying(), window: bars(5) },
    doc: 'Open interest - its EMA.',
    outputs: (p) => [`oi_trend_${p.window}`],
    column(market, { window }) {
      const total = totalInterest(market.bars, optionsOf(market, 'chain'));
      const { lastRows, placeOf } = sessionsOf(market.bars);
      // Open interest is told once a session: the average goes by sessions, the running one included.
      const average = exponentialAverage(
        Float64Array.from(lastRows, (row) => total[row]!),
        window,
      );
      const alpha = 2 / (window + 1);
      return total.map((value, row) => {
        const before = average[placeOf[row]! - 1] ?? Number.NaN;
        return value - (before + alpha * (value - before));
      });
    },
  }),
];

/** Sum over the snapshot's calls (1) or puts (0). */
function openInterest(chain: OptionChain, [from, to]: Span, side: 0 | 1): number {
  let sum = 0;
  for (let row = from; row < to; row++)
    if (chain.isCall[row] === side && chain.openInterest[row]! > 0) sum += chain.openInterest[row]!;
  return sum;
}

const totalInterest = (prices: Bars, chain: OptionChain) =>
  fromSnapshot(prices, chain, (span) => openInterest(chain, span, 0) + openInterest(chain, span, 1));

/** Puts over calls traded in a stretch of time; NaN where none was told. */
function ratioBetween(flow: OptionFlow, afterMs: number, untilMs: number): number {
  let [puts, calls] = [0, 0];
  for (let row = countKnown(flow.tsEndMs, afterMs); row < flow.rows && flow.tsEndMs[row]! <= untilMs; row++) {
    if (flow.isCall[row] === 1) calls += flow.volume[row]!;
    else puts += flow.volume[row]!;
  }
  return puts / calls;
}

const putCallRatio = (prices: Bars, flow: OptionFlow): Float64Array =>
  prices.close.map((_, row) => ratioBetween(flow, prices.tsStartMs[row]!, prices.tsEndMs[row]!));

function sessionRatio(prices: Bars, flow: OptionFlow): Float64Array {
  const { lastRows, placeOf } = sessionsOf(prices);
  const first = (place: number) => (place === 0 ? 0 : lastRows[place - 1]! + 1);
  const closes = Array.from(lastRows, (row) => sessionCloseMs(prices.session[row]!));
  const ratios = Array.from(closes, (ms, place) => ratioBetween(flow, prices.tsStartMs[first(place)]!, ms));
  return prices.close.map((_, row) => {
    const place = placeOf[row]!;
    const isClosed = prices.tsEndMs[row]! >= closes[place]!;
    return ratios[isClosed ? place : place - 1] ?? Number.NaN;
  });
}
