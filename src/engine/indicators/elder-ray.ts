/** Reach of buyers and sellers beyond the average price. */
import { defineIndicator } from './indicator.js';
import { exponentialAverage } from './moving-average.js';
import { bars } from './params.js';

export const elderRay = defineIndicator({
  name: 'elder_ray',
  category: 'trend',
  subcategory: 'strength',
  params: { period: bars(13) },
  inputs: ['high', 'low', 'close'],
  requires: 'ohlcv',
  doc: 'High - EMA and low - EMA. Elder (1989).',
  outputs: () => ['bull_power', 'bear_power'],
  lookback: (p) => p.period - 1,
  compute({ bars: { high, low, close } }, p) {
    const average = exponentialAverage(close, p.period);
    return [high, low].map((reach) => reach.map((value, i) => value - average[i]!));
  },
});
