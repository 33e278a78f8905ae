/** Rate of change in percent. */
import { relativeChange } from './change.js';
import { defineIndicator } from './indicator.js';
import { bars, column, columnOf, named } from './params.js';

export const roc = defineIndicator({
  name: 'roc',
  category: 'price',
  subcategory: 'change',
  params: { column: column(), window: bars(10) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: '100 (P / P_(t-n) - 1).',
  outputs: (p) => [named(`roc_${p.window}`, p.column)],
  lookback: (p) => p.window,
  compute: (market, p) => [relativeChange(columnOf(market.bars, p.column), p.window).map((change) => 100 * change)],
});
