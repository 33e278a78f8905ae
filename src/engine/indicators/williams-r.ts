/** Williams' %R. */
import { defineIndicator } from './indicator.js';
import { bars } from './params.js';
import { placeInRange } from './stochastic.js';

export const williamsR = defineIndicator({
  name: 'williams_r',
  aliases: ['WILLR'],
  category: 'oscillator',
  subcategory: 'bounded',
  params: { period: bars(14) },
  inputs: ['high', 'low', 'close'],
  requires: 'ohlcv',
  doc: '-100 (HH - C) / (HH - LL).',
  outputs: (p) => [`williams_r_${p.period}`],
  lookback: (p) => p.period - 1,
  compute: (market, p) => [placeInRange(market.bars, p.period).map((place) => 100 * (place - 1))],
});
