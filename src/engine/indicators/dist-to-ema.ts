/** Distance of the price from its exponential average. */
import { defineIndicator } from './indicator.js';
import { exponentialAverage } from './moving-average.js';
import { bars, choice, column, columnOf, named } from './params.js';

/** (P - EMA) / |P|, or / |EMA|; a zero denominator gives infinity, which becomes null. */
export function distanceToAverage(values: Float64Array, window: number, normalize: string): Float64Array {
  const average = exponentialAverage(values, window);
  return values.map((value, i) => (value - average[i]!) / Math.abs(normalize === 'ema' ? average[i]! : value));
}

export const distToEma = defineIndicator({
  name: 'dist_to_ema',
  category: 'price',
  subcategory: 'moving average',
  params: { column: column(), window: bars(10), normalize: choice('price', 'price', 'ema') },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: '(P - EMA) / |P|, or / |EMA| with normalize=ema.',
  outputs: (p) => [named(`dist_ema${p.window}_norm`, p.column)],
  lookback: (p) => p.window - 1,
  compute: (market, p) => [distanceToAverage(columnOf(market.bars, p.column), p.window, p.normalize)],
});
