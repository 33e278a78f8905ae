/** Option volatility: implied against realised, skew, slope, rank. */
import type { Bars } from '../frame/bars.js';
import type { OptionChain } from '../frame/option-chain.js';
import type { MarketData } from './indicator.js';
import { defineOptionIndicator, optionsOf } from './option-data.js';
import { moneyColumn } from './option-snapshots.js';
import {
  closingVolatility,
  deltaSkew,
  openingChange,
  placeInWindow,
  realisedVolatility,
  termSlope,
  windowColumn,
  wingLift,
} from './option-volatility-columns.js';
import { bars, choice, text, underlying } from './params.js';

const chain = { category: 'options volatility', requires: 'chain' } as const;
const quotes = { category: 'options volatility', requires: 'quotes' } as const;

const strikeBand = (byDefault: number) => ({ type: 'num', default: byDefault, min: 0, max: 1000 }) as const;

/** Which implied volatility, at which time of the day, how far from the money. */
const source = {
  iv_source: choice('snapshot', 'snapshot', 'quotes'),
  quote_window: text('10:00-11:00'),
  strike_band: strikeBand(5),
} as const;

export const optionVolatility = [
  defineOptionIndicator({
    ...chain,
    name: 'iv_realized_spread',
    subcategory: 'against realised',
    params: {
      underlying: underlying(),
      window: bars(20, 2),
      freq: choice('hour', 'hour', 'day'),
      contract_type: { type: 'str', default: null, enum: ['call', 'put'] },
      ...source,
    },
    doc: 'At-the-money implied volatility - deviation of returns x sqrt(bars a year; 252 x 6.5 hours).',
    outputs: (p) => [`iv_realized_spread_${p.window}`],
    column(market, p) {
      const type = p.contract_type === 'call' || p.contract_type === 'put' ? p.contract_type : undefined;
      const implied = fromSource(market, p, (prices, chain) =>
        moneyColumn(prices, chain, { strikeBand: p.strike_band, type }),
      );
      const realised = realisedVolatility(market, p.window, p.freq === 'day');
      return implied.map((value, row) => value - realised[row]!);
    },
  }),
  defineOptionIndicator({
    ...chain,
    name: 'iv_skew25_delta',
    aliases: ['iv_skew_25d', 'iv_skew_25d_rr'],
    subcategory: 'skew',
    params: { underlying: underlying(), ...source },
    doc: 'IV of the 25-delta call - IV of the 25-delta put.',
    outputs: () => ['iv_skew_25d'],
    column: (market, p) => fromSource(market, p, deltaSkew),
  }),
  defineOptionIndicator({
    ...chain,
    name: 'iv_term_slope',
    subcategory: 'slope',
    params: { underlying: underlying(), days_fwd: { type: 'int', default: 30, min: 1, max: 730 }, ...source },
    doc: 'At-the-money IV of the far expiry - of the near one.',
    outputs: () => ['iv_term_slope'],
    column: (market, p) =>
      fromSource(market, p, (prices, chain) => termSlope(prices, chain, p.days_fwd, { strikeBand: p.strike_band })),
  }),
  defineOptionIndicator({
    ...chain,
    name: 'iv_rank_52w',
    subcategory: 'rank',
    params: { underlying: underlying(), window_days: bars(252, 10) },
    doc: '(IV - min) / (max - min) over the window; at least 10 observations.',
    outputs: () => ['iv_rank_52w'],
    column: (market, p) => placeInWindow(market, p.window_days, 10, rankOf),
  }),
  defineOptionIndicator({
    ...chain,
    name: 'iv_percentile_52w',
    subcategory: 'rank',
    params: { underlying: underlying(), window_days: bars(252, 10) },
    doc: 'Share of the window at or below the current IV; at least 10 observations.',
    outputs: () => ['iv_percentile_52w'],
    column: (market, p) => placeInWindow(market, p.window_days, 10, shareAtOrBelow),
  }),
  defineOptionIndicator({
    ...chain,
    name: 'atm_iv_zscore',
    subcategory: 'rank',
    params: { underlying: underlying(), window_days: bars(20, 5) },
    doc: 'Score of the at-the-money IV in its window; at least 5 observations.',
    outputs: () => ['atm_iv_zscore'],
    column: (market, p) => placeInWindow(market, p.window_days, 5, scoreOf),
  }),
  defineOptionIndicator({
    ...quotes,
    name: 'atm_iv_eod',
    subcategory: 'daily',
    params: { underlying: underlying(), sampling: text('15:55-16:00'), strike_band: strikeBand(5) },
    doc: 'At-the-money IV from the quotes at the close; visible from the next session on.',
    outputs: () => ['atm_iv_eod'],
    column: (market, p) => closingVolatility(market, p.sampling, p.strike_band, 1),
  }),
  defineOptionIndicator({
    ...quotes,
    name: 'div_eod',
    subcategory: 'daily',
    params: { underlying: underlying(), sampling: text('15:55-16:00'), strike_band: strikeBand(5) },
    doc: 'One-session change of atm_iv_eod.',
    outputs: () => ['div_eod'],
    column(market, p) {
      const before = closingVolatility(market, p.sampling, p.strike_band, 2);
      return closingVolatility(market, p.sampling, p.strike_band, 1).map((value, row) => value - before[row]!);
    },
  }),
  defineOptionIndicator({
    ...quotes,
    name: 'atm_iv_open_delta',
    subcategory: 'daily',
    params: {
      underlying: underlying(),
      open_sampling: text('09:30-09:35'),
      close_sampling_prev: text('15:55-16:00'),
      strike_band: strikeBand(5),
    },
    doc: 'At-the-money IV at the open - that of the previous close.',
    outputs: () => ['atm_iv_open_delta'],
    column: (market, p) => openingChange(market, p.open_sampling, p.close_sampling_prev, p.strike_band),
  }),
  defineOptionIndicator({
    ...quotes,
    name: 'iv_smile_wings',
    subcategory: 'skew',
    params: {
      underlying: underlying(),
      sampling: text('10:00-11:00'),
      wing_points: { type: 'int', default: 10, min: 1, max: 200 },
      strike_band: strikeBand(20),
    },
    doc: 'Mean IV of the wings - at-the-money IV; null before the window ends.',
    outputs: () => ['iv_smile_wings'],
    column: (market, p) => wingLift(market, p.sampling, { wing: p.wing_points, band: p.strike_band }),
  }),
];

/** From the latest chain, or from the quotes of a window of the day. */
function fromSource(
  market: MarketData,
  p: { readonly iv_source: string; readonly quote_window: string },
  columnOf: (prices: Bars, chain: OptionChain) => Float64Array,
): Float64Array {
  if (p.iv_source !== 'quotes') return columnOf(market.bars, optionsOf(market, 'chain'));
  return windowColumn(market, p.quote_window, (prices, quotes) => columnOf(prices, quotes));
}

/** The last of the observations against all of them. */
function rankOf(observations: readonly number[]): number {
  const [low, high] = [Math.min(...observations), Math.max(...observations)];
  return (observations.at(-1)! - low) / (high - low);
}

const shareAtOrBelow = (observations: readonly number[]): number =>
  observations.filter((value) => value <= observations.at(-1)!).length / observations.length;

function scoreOf(observations: readonly number[]): number {
  const mean = observations.reduce((sum, value) => sum + value, 0) / observations.length;
  const squares = observations.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return (observations.at(-1)! - mean) / Math.sqrt(squares / (observations.length - 1));
}
