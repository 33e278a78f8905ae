/** Money flow index: RSI weighted by what was traded. */
import { defineIndicator } from './indicator.js';
import { bars } from './params.js';
import { rollingSum } from './rolling.js';
import { typicalPrice } from './true-range.js';

export const mfi = defineIndicator({
  name: 'mfi',
  category: 'volume',
  subcategory: 'flow',
  params: { period: bars(14) },
  inputs: ['high', 'low', 'close', 'volume'],
  requires: 'ohlcv',
  doc: '100 - 100 / (1 + pos / neg) of typical price x volume on rising and falling bars; 100 where nothing fell. Quong and Soudack (1989).',
  outputs: (p) => [`mfi_${p.period}`],
  lookback: (p) => p.period,
  compute({ bars: market }, { period }) {
    const price = typicalPrice(market);
    const flow = (sign: number) =>
      price.map((value, i) => {
        const change = i === 0 ? Number.NaN : value - price[i - 1]!;
        if (Number.isNaN(change)) return Number.NaN;
        return change * sign > 0 ? value * market.volume[i]! : 0;
      });
    const positive = rollingSum(flow(1), period);
    const negative = rollingSum(flow(-1), period);
    return [
      positive.map((up, i) => (negative[i] === 0 && !Number.isNaN(up) ? 100 : 100 - 100 / (1 + up / negative[i]!))),
    ];
  },
});
