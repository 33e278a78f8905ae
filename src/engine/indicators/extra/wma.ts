/** Linearly weighted moving average. */
import { defineIndicator } from '../indicator.js';
import { bars, column, columnOf, named } from '../params.js';
import { weightedAverage } from './weighted-average.js';

export const wma = defineIndicator({
  name: 'wma',
  category: 'price',
  subcategory: 'moving average',
  params: { column: column(), window: bars(14) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: 'Mean of n with weights 1 (oldest) to n (newest).',
  outputs: (p) => [named(`wma_${p.window}`, p.column)],
  lookback: (p) => p.window - 1,
  compute: (market, p) => [weightedAverage(columnOf(market.bars, p.column), p.window)],
});
