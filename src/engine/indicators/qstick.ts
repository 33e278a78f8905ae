/** Average body of the bars. */
import { defineIndicator } from './indicator.js';
import { simpleAverage } from './moving-average.js';
import { bars } from './params.js';

export const qstick = defineIndicator({
  name: 'qstick',
  category: 'price',
  subcategory: 'change',
  params: { period: bars(10) },
  inputs: ['open', 'close'],
  requires: 'ohlcv',
  doc: 'SMA of close - open. Chande.',
  outputs: (p) => [`qstick_${p.period}`],
  lookback: (p) => p.period - 1,
  compute: ({ bars: { open, close } }, p) => [
    simpleAverage(
      close.map((value, i) => value - open[i]!),
      p.period,
    ),
  ],
});
