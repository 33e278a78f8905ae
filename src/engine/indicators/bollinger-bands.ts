/** Bollinger bands. */
import { defineIndicator } from './indicator.js';
import { simpleAverage } from './moving-average.js';
import { bars, column, columnOf, factor } from './params.js';
import { rollingDeviation } from './rolling.js';

export const bollingerBands = defineIndicator({
  name: 'bollinger_bands',
  aliases: ['BB', 'BBANDS', 'bollinger'],
  category: 'bands',
  subcategory: 'deviation',
  params: { column: column(), window: bars(20), num_std: factor(2, 0, 100) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: 'SMA +- k population standard deviations. Bollinger (1983).',
  outputs: (p) => [`bb_mid_${p.window}`, `bb_upper_${p.window}`, `bb_lower_${p.window}`],
  lookback: (p) => p.window - 1,
  compute(market, p) {
    const values = columnOf(market.bars, p.column);
    const middle = simpleAverage(values, p.window);
    const deviation = rollingDeviation(values, p.window, 0);
    return [
      middle,
      middle.map((mean, i) => mean + p.num_std * deviation[i]!),
      middle.map((mean, i) => mean - p.num_std * deviation[i]!),
    ];
  },
});
