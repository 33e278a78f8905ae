/** Double exponential moving average. */
import { defineIndicator } from '../indicator.js';
import { exponentialAverage } from '../moving-average.js';
import { bars, column, columnOf, named } from '../params.js';

export const dema = defineIndicator({
  name: 'dema',
  category: 'price',
  subcategory: 'moving average',
  params: { column: column(), window: bars(14) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: '2 EMA - EMA(EMA), each average seeded with its own first n values. Mulloy (1994).',
  outputs: (p) => [named(`dema_${p.window}`, p.column)],
  lookback: (p) => 2 * (p.window - 1),
  compute(market, { column: name, window }) {
    const once = exponentialAverage(columnOf(market.bars, name), window);
    const twice = exponentialAverage(once, window);
    return [once.map((value, i) => 2 * value - twice[i]!)];
  },
});
