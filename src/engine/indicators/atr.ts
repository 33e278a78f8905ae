/** Average true range. */
import { defineIndicator } from './indicator.js';
import { bars } from './params.js';
import { averageTrueRange } from './true-range.js';

export const atr = defineIndicator({
  name: 'atr',
  category: 'volatility',
  subcategory: 'range',
  params: { period: bars(14) },
  inputs: ['high', 'low', 'close'],
  requires: 'ohlcv',
  doc: 'Wilder mean of the true range; the first bar has none, for it has no previous close.',
  outputs: (p) => [`atr_${p.period}`],
  lookback: (p) => p.period,
  compute: (market, p) => [averageTrueRange(market.bars, p.period)],
});
