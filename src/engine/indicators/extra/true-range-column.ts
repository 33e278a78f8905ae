/** True range of each bar. */
import { defineIndicator } from '../indicator.js';
import { trueRange } from '../true-range.js';

export const trueRangeColumn = defineIndicator({
  name: 'true_range',
  aliases: ['TR'],
  category: 'volatility',
  subcategory: 'range',
  params: {},
  inputs: ['high', 'low', 'close'],
  requires: 'ohlcv',
  doc: 'max(high - low, |high - previous close|, |low - previous close|). Wilder (1978).',
  outputs: () => ['true_range'],
  lookback: () => 1,
  compute: ({ bars }) => [trueRange(bars)],
});
