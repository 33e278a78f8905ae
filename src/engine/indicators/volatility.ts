/** Deviation of one-bar returns, named by its column. */
import { relativeChange } from './change.js';
import { defineIndicator } from './indicator.js';
import { bars, column, columnOf } from './params.js';
import { rollingDeviation } from './rolling.js';

export const volatility = defineIndicator({
  name: 'volatility',
  category: 'volatility',
  subcategory: 'returns',
  params: { column: column(), window: bars(3, 2) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: 'Sample standard deviation of the last n one-bar returns.',
  outputs: (p) => [`${p.column}_vol_${p.window}`],
  lookback: (p) => p.window,
  compute: (market, p) => [rollingDeviation(relativeChange(columnOf(market.bars, p.column)), p.window, 1)],
});
