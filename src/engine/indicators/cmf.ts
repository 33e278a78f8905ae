/** Chaikin money flow. */
import { ratio } from './change.js';
import { defineIndicator } from './indicator.js';
import { bars } from './params.js';
import { rollingSum } from './rolling.js';

export const cmf = defineIndicator({
  name: 'cmf',
  category: 'volume',
  subcategory: 'flow',
  params: { period: bars(20) },
  inputs: ['high', 'low', 'close', 'volume'],
  requires: 'ohlcv',
  doc: 'sum(M x V) / sum(V), M = ((C - L) - (H - C)) / (H - L), 0 where high = low; null where nothing traded.',
  outputs: (p) => [`cmf_${p.period}`],
  lookback: (p) => p.period - 1,
  compute({ bars: { high, low, close, volume } }, { period }) {
    const flow = close.map((value, i) => {
      const width = high[i]! - low[i]!;
      return width === 0 ? 0 * volume[i]! : ((value - low[i]! - (high[i]! - value)) / width) * volume[i]!;
    });
    return [ratio(rollingSum(flow, period), rollingSum(volume, period))];
  },
});
