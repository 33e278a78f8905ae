/** Trailing return over some bars. */
import { relativeChange } from './change.js';
import { defineIndicator } from './indicator.js';
import { bars, column, columnOf, named } from './params.js';

export const ret = defineIndicator({
  name: 'ret',
  aliases: ['returns'],
  category: 'price',
  subcategory: 'change',
  params: { column: column(), window: bars(1) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: 'P / P_(t-n) - 1, the same value as momentum; the h of the column name counts bars.',
  outputs: (p) => [named(`ret_${p.window}h`, p.column)],
  lookback: (p) => p.window,
  compute: (market, p) => [relativeChange(columnOf(market.bars, p.column), p.window)],
});
