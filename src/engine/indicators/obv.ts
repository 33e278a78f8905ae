/** On-balance volume. */
import { defineIndicator } from './indicator.js';
import { column, columnOf } from './params.js';

export const obv = defineIndicator({
  name: 'obv',
  category: 'volume',
  subcategory: 'flow',
  params: { price_col: column('close'), volume_col: column('volume') },
  inputs: ['close', 'volume'],
  requires: 'ohlcv',
  doc: 'Volume added when the price rose and taken away when it fell; starts at 0 with the first bar, so levels of two builds do not compare. Granville (1963).',
  outputs: () => ['obv'],
  lookback: () => 0,
  compute(market, p) {
    const price = columnOf(market.bars, p.price_col);
    const volume = columnOf(market.bars, p.volume_col);
    let balance = 0;
    return [
      price.map((value, i) => {
        // A missing price or volume is not known, and moves nothing.
        if (Number.isNaN(value) || Number.isNaN(volume[i]!)) return Number.NaN;
        const before = i === 0 ? Number.NaN : price[i - 1]!;
        if (value > before) balance += volume[i]!;
        if (value < before) balance -= volume[i]!;
        return balance;
      }),
    ];
  },
});
