/** Deviation of one-bar returns. */
import { relativeChange } from './change.js';
import { defineIndicator } from './indicator.js';
import { bars, column, columnOf, named } from './params.js';
import { rollingDeviation } from './rolling.js';

export const rollingStd = defineIndicator({
  name: 'rolling_std',
  aliases: ['stddev'],
  category: 'volatility',
  subcategory: 'returns',
  params: { column: column(), window: bars(20, 2) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: 'Sample standard deviation of the last n one-bar returns.',
  outputs: (p) => [named(`roll_std_${p.window}`, p.column)],
  lookback: (p) => p.window,
  compute: (market, p) => [rollingDeviation(relativeChange(columnOf(market.bars, p.column)), p.window, 1)],
});
