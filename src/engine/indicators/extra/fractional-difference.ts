/** A difference of broken order: less trend than the price, more memory than its change. */
import { defineIndicator } from '../indicator.js';
import { bars, column, columnOf, factor, named } from '../params.js';

export const fractionalDifference = defineIndicator({
  name: 'fractional_difference',
  aliases: ['FRACDIFF'],
  category: 'price',
  subcategory: 'change',
  params: { column: column(), order: factor(0.4, 0, 2), window: bars(50, 2) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: 'Sum of w_k P_(t-k) over n bars, w_0 = 1, w_k = -w_(k-1) (d - k + 1) / k. Hosking (1981); fixed width as Lopez de Prado (2018), ch. 5.',
  // The order in hundredths: a name has no point.
  outputs: (p) => [named(`fracdiff_${Math.round(p.order * 100)}_${p.window}`, p.column)],
  lookback: (p) => p.window - 1,
  compute(market, { column: name, order, window }) {
    const values = columnOf(market.bars, name);
    const weights = differenceWeights(order, window);
    const out = new Float64Array(values.length).fill(Number.NaN);
    for (let i = window - 1; i < values.length; i++) {
      let sum = 0;
      for (let k = 0; k < window; k++) sum += weights[k]! * values[i - k]!;
      out[i] = sum;
    }
    return [out];
  },
});

/** The first weights of (1 - L)^order, newest value first. */
export function differenceWeights(order: number, count: number): Float64Array {
  const weights = new Float64Array(count);
  for (let k = 0; k < count; k++) weights[k] = k === 0 ? 1 : (-weights[k - 1]! * (order - k + 1)) / k;
  return weights;
}
