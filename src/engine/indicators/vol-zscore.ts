/** How unusual the volume is. */
import { defineIndicator } from './indicator.js';
import { bars } from './params.js';
import { rollingScore } from './rolling.js';

export const volZscore = defineIndicator({
  name: 'vol_zscore',
  category: 'volume',
  subcategory: 'level',
  params: { window: bars(20, 2) },
  inputs: ['volume'],
  requires: 'ohlcv',
  doc: '(V - mean) / sample deviation over the last n bars, this one included; null where it did not vary.',
  outputs: (p) => [`vol_zscore_${p.window}`],
  lookback: (p) => p.window - 1,
  compute: (market, p) => [rollingScore(market.bars.volume, p.window)],
});
