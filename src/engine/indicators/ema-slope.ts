/** How far an exponential average moved over some bars. */
import { difference } from './change.js';
import { defineIndicator } from './indicator.js';
import { exponentialAverage } from './moving-average.js';
import { bars, column, columnOf, named } from './params.js';

export const emaSlope = defineIndicator({
  name: 'ema_slope',
  category: 'price',
  subcategory: 'moving average',
  params: { column: column(), window: bars(10), period: bars(1) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: 'EMA_t - EMA_(t-period). The h of the column name counts bars.',
  outputs: (p) => [named(`ema${p.window}_slope${p.period}h`, p.column)],
  lookback: (p) => p.window - 1 + p.period,
  compute: (market, p) => [difference(exponentialAverage(columnOf(market.bars, p.column), p.window), p.period)],
});
