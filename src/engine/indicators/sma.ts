/** Simple moving average. */
import { defineIndicator } from './indicator.js';
import { simpleAverage } from './moving-average.js';
import { bars, column, columnOf, named } from './params.js';

export const sma = defineIndicator({
  name: 'sma',
  category: 'price',
  subcategory: 'moving average',
  params: { column: column(), window: bars(20) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: 'Mean of the last n values.',
  outputs: (p) => [named(`sma_${p.window}`, p.column)],
  lookback: (p) => p.window - 1,
  compute: (market, p) => [simpleAverage(columnOf(market.bars, p.column), p.window)],
});
