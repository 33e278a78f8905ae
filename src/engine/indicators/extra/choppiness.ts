/** Whether the market goes somewhere or to and fro. */
import { log } from '../../math/log.js';
import { defineIndicator } from '../indicator.js';
import { bars } from '../params.js';
import { rollingMax, rollingMin, rollingSum } from '../rolling.js';
import { trueRange } from '../true-range.js';

export const choppiness = defineIndicator({
  name: 'choppiness',
  aliases: ['CHOP'],
  category: 'trend',
  subcategory: 'strength',
  params: { period: bars(14, 2) },
  inputs: ['high', 'low', 'close'],
  requires: 'ohlcv',
  doc: '100 log(sum of true ranges / (highest true high - lowest true low)) / log n; null where the price stood still. Dreiss (1993).',
  outputs: (p) => [`choppiness_${p.period}`],
  lookback: (p) => p.period,
  compute({ bars: { high, low, close, ...rest } }, { period }) {
    const before = (i: number) => close[i - 1] ?? Number.NaN;
    const highest = rollingMax(
      high.map((value, i) => Math.max(value, before(i))),
      period,
    );
    const lowest = rollingMin(
      low.map((value, i) => Math.min(value, before(i))),
      period,
    );
    const ranges = rollingSum(trueRange({ ...rest, high, low, close }), period);
    return [
      ranges.map((sum, i) => {
        const width = highest[i]! - lowest[i]!;
        return width > 0 ? (100 * log(sum / width)) / log(period) : Number.NaN;
      }),
    ];
  },
});
