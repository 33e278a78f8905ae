/** Commodity channel index. */
import { defineIndicator } from './indicator.js';
import { windowMean } from './moving-average.js';
import { bars } from './params.js';
import { typicalPrice } from './true-range.js';

export const cci = defineIndicator({
  name: 'cci',
  category: 'oscillator',
  subcategory: 'unbounded',
  params: { period: bars(20) },
  inputs: ['high', 'low', 'close'],
  requires: 'ohlcv',
  doc: "(TP - SMA) / (0.015 MAD), the mean absolute deviation about the window's own mean; null where the price did not move. Lambert (1980).",
  outputs: (p) => [`cci_${p.period}`],
  lookback: (p) => p.period - 1,
  compute(market, { period }) {
    const price = typicalPrice(market.bars);
    const out = new Float64Array(price.length).fill(Number.NaN);
    for (let i = period - 1; i < price.length; i++) {
      const mean = windowMean(price, i, period);
      let apart = 0;
      for (let j = i - period + 1; j <= i; j++) apart += Math.abs(price[j]! - mean);
      out[i] = apart === 0 ? Number.NaN : (price[i]! - mean) / (0.015 * (apart / period));
    }
    return [out];
  },
});
