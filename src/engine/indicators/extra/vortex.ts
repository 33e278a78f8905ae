/** Movement up against movement down. */
import { defineIndicator } from '../indicator.js';
import { bars } from '../params.js';
import { rollingSum } from '../rolling.js';
import { trueRange } from '../true-range.js';

export const vortex = defineIndicator({
  name: 'vortex',
  category: 'trend',
  subcategory: 'strength',
  params: { period: bars(14) },
  inputs: ['high', 'low', 'close'],
  requires: 'ohlcv',
  doc: 'Sums of |high - previous low| and of |low - previous high| over the sum of true ranges. Botes and Siepman (2010).',
  outputs: (p) => [`vortex_plus_${p.period}`, `vortex_minus_${p.period}`],
  lookback: (p) => p.period,
  compute({ bars: prices }, { period }) {
    const { high, low } = prices;
    const ranges = rollingSum(trueRange(prices), period);
    const share = (moves: Float64Array) => rollingSum(moves, period).map((sum, i) => sum / ranges[i]!);
    return [
      share(high.map((value, i) => Math.abs(value - (low[i - 1] ?? Number.NaN)))),
      share(low.map((value, i) => Math.abs(value - (high[i - 1] ?? Number.NaN)))),
    ];
  },
});
