/** Triple exponential moving average. */
import { defineIndicator } from '../indicator.js';
import { exponentialAverage } from '../moving-average.js';
import { bars, column, columnOf, named } from '../params.js';

export const tema = defineIndicator({
  name: 'tema',
  category: 'price',
  subcategory: 'moving average',
  params: { column: column(), window: bars(20) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: '3 EMA - 3 EMA(EMA) + EMA(EMA(EMA)), each average seeded with its own first n values. Mulloy (1994).',
  outputs: (p) => [named(`tema_${p.window}`, p.column)],
  lookback: (p) => 3 * (p.window - 1),
  compute(market, { column: name, window }) {
    const once = exponentialAverage(columnOf(market.bars, name), window);
    const twice = exponentialAverage(once, window);
    const thrice = exponentialAverage(twice, window);
    return [once.map((value, i) => 3 * value - 3 * twice[i]! + thrice[i]!)];
  },
});
