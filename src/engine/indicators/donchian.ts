/** Donchian channel. */
import { defineIndicator } from './indicator.js';
import { bars } from './params.js';
import { rollingMax, rollingMin } from './rolling.js';

export const donchian = defineIndicator({
  name: 'donchian',
  category: 'bands',
  subcategory: 'range',
  params: { window: bars(20) },
  inputs: ['high', 'low'],
  requires: 'ohlcv',
  doc: 'Highest high and lowest low of the last n bars, this one included, and their middle.',
  outputs: (p) => [`donchian_upper_${p.window}`, `donchian_lower_${p.window}`, `donchian_mid_${p.window}`],
  lookback: (p) => p.window - 1,
  compute(market, { window }) {
    const upper = rollingMax(market.bars.high, window);
    const lower = rollingMin(market.bars.low, window);
    return [upper, lower, upper.map((value, i) => (value + lower[i]!) / 2)];
  },
});
