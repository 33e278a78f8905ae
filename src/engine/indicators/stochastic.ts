/** Where the close stands in the window's range. */
import type { Bars } from '../frame/bars.js';
import { defineIndicator } from './indicator.js';
import { simpleAverage } from './moving-average.js';
import { bars } from './params.js';
import { rollingMax, rollingMin } from './rolling.js';

/** (close - lowest low) / (highest high - lowest low); NaN where the window has no range. */
export function placeInRange({ high, low, close }: Bars, period: number): Float64Array {
  const highest = rollingMax(high, period);
  const lowest = rollingMin(low, period);
  return close.map((value, i) => {
    const width = highest[i]! - lowest[i]!;
    return width === 0 ? Number.NaN : (value - lowest[i]!) / width;
  });
}

export const stochastic = defineIndicator({
  name: 'stochastic',
  aliases: ['STOCH'],
  category: 'oscillator',
  subcategory: 'bounded',
  params: { period_k: bars(14), period_d: bars(3) },
  inputs: ['high', 'low', 'close'],
  requires: 'ohlcv',
  doc: 'Fast %K = 100 (C - LL) / (HH - LL), %D = SMA of %K. Lane.',
  outputs: () => ['stoch_k', 'stoch_d'],
  lookback: (p) => p.period_k - 1 + p.period_d - 1,
  compute(market, p) {
    const k = placeInRange(market.bars, p.period_k).map((place) => 100 * place);
    return [k, simpleAverage(k, p.period_d)];
  },
});
