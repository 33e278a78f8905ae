/** Average price of all that was traded since the first bar. */
import { defineIndicator } from '../indicator.js';
import { typicalPrice } from '../true-range.js';

export const anchoredVwap = defineIndicator({
  name: 'anchored_vwap',
  category: 'volume',
  subcategory: 'vwap',
  params: {},
  inputs: ['high', 'low', 'close', 'volume'],
  requires: 'ohlcv',
  doc: 'Cumulated typical price x volume / cumulated volume from the first bar: its level depends on where the data begin. Bars with a missing price or volume are left out.',
  outputs: () => ['vwap_anchored'],
  lookback: () => 0,
  compute({ bars }) {
    const price = typicalPrice(bars);
    let [paid, traded] = [0, 0];
    return [
      price.map((value, i) => {
        const volume = bars.volume[i]!;
        if (Number.isFinite(value * volume)) {
          paid += value * volume;
          traded += volume;
        }
        return traded > 0 ? paid / traded : Number.NaN;
      }),
    ];
  },
});
