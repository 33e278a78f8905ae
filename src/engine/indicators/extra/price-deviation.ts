/** Deviation of prices about their mean. */
import { defineIndicator } from '../indicator.js';
import { simpleAverage } from '../moving-average.js';
import { bars, column, columnOf, named } from '../params.js';
import { rollingDeviation } from '../rolling.js';

export const priceDeviation = defineIndicator({
  name: 'price_deviation',
  category: 'volatility',
  subcategory: 'deviation',
  params: { column: column(), window: bars(14, 2) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: 'Population standard deviation of n prices, and the distance of this one from their mean in it; null where they do not vary.',
  outputs: (p) => [named(`price_std_${p.window}`, p.column), named(`price_z_${p.window}`, p.column)],
  lookback: (p) => p.window - 1,
  compute(market, { column: name, window }) {
    const values = columnOf(market.bars, name);
    const mean = simpleAverage(values, window);
    const deviation = rollingDeviation(values, window, 0);
    return [deviation, values.map((value, i) => (deviation[i]! > 0 ? (value - mean[i]!) / deviation[i]! : Number.NaN))];
  },
});
