/** Buying pressure over three horizons. */
import { defineIndicator } from './indicator.js';
import { bars } from './params.js';
import { rollingSum } from './rolling.js';
import { trueRange } from './true-range.js';

export const ultimateOscillator = defineIndicator({
  name: 'ultimate_oscillator',
  aliases: ['UO'],
  category: 'oscillator',
  subcategory: 'bounded',
  params: { short: bars(7), mid: bars(14), long: bars(28) },
  inputs: ['high', 'low', 'close'],
  requires: 'ohlcv',
  doc: '100 (4a + 2b + c) / 7, each the sum of buying pressure (C - min(L, previous C)) over the sum of true ranges. Williams (1976).',
  outputs: () => ['ultimate_osc'],
  lookback: (p) => Math.max(p.short, p.mid, p.long),
  compute({ bars: market }, p) {
    const range = trueRange(market);
    const pressure = market.close.map((close, i) =>
      i === 0 ? Number.NaN : close - Math.min(market.low[i]!, market.close[i - 1]!),
    );
    const [a, b, c] = [p.short, p.mid, p.long].map((window) => {
      const total = rollingSum(range, window);
      return rollingSum(pressure, window).map((sum, i) => (total[i] === 0 ? Number.NaN : sum / total[i]!));
    });
    return [a!.map((value, i) => (100 * (4 * value + 2 * b![i]! + c![i]!)) / 7)];
  },
});
