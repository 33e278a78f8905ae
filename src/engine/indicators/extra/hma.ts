/** Hull's moving average. */
import { defineIndicator } from '../indicator.js';
import { bars, column, columnOf, named } from '../params.js';
import { weightedAverage } from './weighted-average.js';

export const hma = defineIndicator({
  name: 'hma',
  category: 'price',
  subcategory: 'moving average',
  params: { column: column(), window: bars(14, 2) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: 'WMA over sqrt(n) of 2 WMA(n/2) - WMA(n), lengths rounded down. Hull (2005).',
  outputs: (p) => [named(`hma_${p.window}`, p.column)],
  lookback: (p) => p.window - 1 + Math.floor(Math.sqrt(p.window)) - 1,
  compute(market, { column: name, window }) {
    const values = columnOf(market.bars, name);
    const slow = weightedAverage(values, window);
    const lean = weightedAverage(values, Math.floor(window / 2)).map((fast, i) => 2 * fast - slow[i]!);
    return [weightedAverage(lean, Math.floor(Math.sqrt(window)))];
  },
});
