/** Where the close stands in the session's range so far. */
import { defineIndicator } from './indicator.js';

export const dayRangePos = defineIndicator({
  name: 'day_range_pos',
  category: 'session',
  subcategory: 'range',
  params: {},
  inputs: ['high', 'low', 'close'],
  requires: 'ohlcv',
  doc: '(C - low) / (high - low) with the RUNNING extremes of the session; null while there is no range.',
  isSparse: true,
  outputs: () => ['day_range_pos'],
  lookback: () => 0,
  compute({ bars }) {
    let highest = Number.NaN;
    let lowest = Number.NaN;
    return [
      bars.close.map((close, i) => {
        const isOpening = i === 0 || bars.session[i] !== bars.session[i - 1];
        highest = isOpening ? bars.high[i]! : Math.max(highest, bars.high[i]!);
        lowest = isOpening ? bars.low[i]! : Math.min(lowest, bars.low[i]!);
        return highest === lowest ? Number.NaN : (close - lowest) / (highest - lowest);
      }),
    ];
  },
});
