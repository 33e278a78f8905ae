/** Where RSI stands in its own recent range. */
import { defineIndicator } from './indicator.js';
import { simpleAverage } from './moving-average.js';
import { bars, column, columnOf } from './params.js';
import { rollingMax, rollingMin } from './rolling.js';
import { relativeStrength } from './rsi.js';

export const stochRsi = defineIndicator({
  name: 'stoch_rsi',
  category: 'oscillator',
  subcategory: 'bounded',
  params: { column: column(), rsi_period: bars(14), stoch_period: bars(14), smooth_k: bars(3), smooth_d: bars(3) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: '100 (RSI - lowest) / (highest - lowest), K its SMA, D the SMA of K; null where RSI did not move. Chande and Kroll (1994).',
  outputs: () => ['stochrsi_k', 'stochrsi_d'],
  lookback: (p) => p.rsi_period + p.stoch_period - 1 + p.smooth_k - 1 + p.smooth_d - 1,
  compute(market, p) {
    const strength = relativeStrength(columnOf(market.bars, p.column), p.rsi_period);
    const highest = rollingMax(strength, p.stoch_period);
    const lowest = rollingMin(strength, p.stoch_period);
    const place = strength.map((value, i) => {
      const width = highest[i]! - lowest[i]!;
      return width === 0 ? Number.NaN : (100 * (value - lowest[i]!)) / width;
    });
    const k = simpleAverage(place, p.smooth_k);
    return [k, simpleAverage(k, p.smooth_d)];
  },
});
