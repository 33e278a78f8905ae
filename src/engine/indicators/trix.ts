/** Change of a triple exponential average. */
import { relativeChange } from './change.js';
import { defineIndicator } from './indicator.js';
import { exponentialAverage } from './moving-average.js';
import { bars, column, columnOf, named } from './params.js';

export const trix = defineIndicator({
  name: 'trix',
  category: 'price',
  subcategory: 'change',
  params: { column: column(), period: bars(15) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: '100 x one-bar relative change of EMA(EMA(EMA(P))).',
  outputs: (p) => [named(`trix_${p.period}`, p.column)],
  lookback: (p) => 3 * (p.period - 1) + 1,
  compute(market, p) {
    const once = exponentialAverage(columnOf(market.bars, p.column), p.period);
    const thrice = exponentialAverage(exponentialAverage(once, p.period), p.period);
    return [relativeChange(thrice).map((change) => 100 * change)];
  },
});
