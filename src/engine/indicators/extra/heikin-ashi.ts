/** Heikin-Ashi candles. */
import { defineIndicator } from '../indicator.js';

export const heikinAshi = defineIndicator({
  name: 'heikin_ashi',
  category: 'price',
  subcategory: 'candle',
  params: {},
  inputs: ['open', 'high', 'low', 'close'],
  requires: 'ohlcv',
  doc: 'Close = mean of the four prices, open = middle of the candle before, high and low reach over both. Begins anew after a missing bar.',
  outputs: () => ['ha_open', 'ha_high', 'ha_low', 'ha_close'],
  lookback: () => 0,
  compute({ bars: { rows, open, high, low, close } }) {
    const candles = [0, 1, 2, 3].map(() => new Float64Array(rows));
    const [haOpen, haHigh, haLow, haClose] = candles as [Float64Array, Float64Array, Float64Array, Float64Array];
    for (let i = 0; i < rows; i++) {
      haClose[i] = (open[i]! + high[i]! + low[i]! + close[i]!) / 4;
      const carried = i === 0 ? Number.NaN : (haOpen[i - 1]! + haClose[i - 1]!) / 2;
      haOpen[i] = Number.isFinite(carried) ? carried : (open[i]! + close[i]!) / 2;
      haHigh[i] = Math.max(high[i]!, haOpen[i]!, haClose[i]!);
      haLow[i] = Math.min(low[i]!, haOpen[i]!, haClose[i]!);
    }
    return candles;
  },
});
