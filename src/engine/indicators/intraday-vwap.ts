/** Volume-weighted average price since the session's open. */
import type { Bars } from '../frame/bars.js';
import { defineIndicator } from './indicator.js';
import { column, columnOf } from './params.js';
import { typicalPrice } from './true-range.js';

/** sum(P x V) / sum(V) within the session; where the price is missing, (H + L + C) / 3 stands for it. */
export function sessionVwap(bars: Bars, price: Float64Array, volume: Float64Array): Float64Array {
  const fallback = typicalPrice(bars);
  let traded = 0;
  let total = 0;
  return price.map((value, i) => {
    if (i === 0 || bars.session[i] !== bars.session[i - 1]) traded = total = 0;
    traded += (Number.isNaN(value) ? fallback[i]! : value) * volume[i]!;
    total += volume[i]!;
    return total === 0 ? Number.NaN : traded / total;
  });
}

export const intradayVwap = defineIndicator({
  name: 'intraday_vwap',
  aliases: ['VWAP'],
  category: 'volume',
  subcategory: 'average price',
  params: { price_col: column('vwap'), volume_col: column('volume') },
  inputs: ['vwap', 'high', 'low', 'close', 'volume'],
  requires: 'ohlcv',
  doc: "The session's average price so far; a bar without vwap counts with (H + L + C) / 3.",
  outputs: () => ['vwap_intraday'],
  lookback: () => 0,
  compute: (market, p) => [
    sessionVwap(market.bars, columnOf(market.bars, p.price_col), columnOf(market.bars, p.volume_col)),
  ],
});
