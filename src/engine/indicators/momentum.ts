/** Relative change over some bars, named by its column. */
import { relativeChange } from './change.js';
import { defineIndicator } from './indicator.js';
import { bars, column, columnOf } from './params.js';

export const momentum = defineIndicator({
  name: 'momentum',
  category: 'price',
  subcategory: 'change',
  params: { column: column(), window: bars(1) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: 'P / P_(t-n) - 1.',
  outputs: (p) => [`${p.column}_mom_${p.window}`],
  lookback: (p) => p.window,
  compute: (market, p) => [relativeChange(columnOf(market.bars, p.column), p.window)],
});
