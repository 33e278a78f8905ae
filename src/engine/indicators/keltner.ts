/** Keltner channels. */
import { defineIndicator } from './indicator.js';
import { exponentialAverage } from './moving-average.js';
import { bars, factor } from './params.js';
import { averageTrueRange } from './true-range.js';

export const keltner = defineIndicator({
  name: 'keltner',
  category: 'bands',
  subcategory: 'range',
  params: { window: bars(20), multiplier: factor(2, 0, 100) },
  inputs: ['high', 'low', 'close'],
  requires: 'ohlcv',
  doc: 'EMA_n +- m x Wilder ATR_n.',
  outputs: (p) => [`keltner_mid_${p.window}`, `keltner_upper_${p.window}`, `keltner_lower_${p.window}`],
  lookback: (p) => p.window,
  compute(market, p) {
    const middle = exponentialAverage(market.bars.close, p.window);
    const range = averageTrueRange(market.bars, p.window);
    return [
      middle,
      middle.map((mean, i) => mean + p.multiplier * range[i]!),
      middle.map((mean, i) => mean - p.multiplier * range[i]!),
    ];
  },
});
