/** Exponential moving average. */
import { defineIndicator } from './indicator.js';
import { exponentialAverage } from './moving-average.js';
import { bars, column, columnOf, named } from './params.js';

export const ema = defineIndicator({
  name: 'ema',
  category: 'price',
  subcategory: 'moving average',
  params: { column: column(), window: bars(10) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: 'Exponential average, alpha 2/(n+1), seeded with the mean of the first n values.',
  outputs: (p) => [named(`ema_${p.window}`, p.column)],
  lookback: (p) => p.window - 1,
  compute: (market, p) => [exponentialAverage(columnOf(market.bars, p.column), p.window)],
});
