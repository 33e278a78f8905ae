/** How straight the price ran: squared correlation with time. */
import { defineIndicator } from './indicator.js';
import { windowMean } from './moving-average.js';
import { bars, column, columnOf, named } from './params.js';

function straightness(values: Float64Array, window: number): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN);
  const middle = (window - 1) / 2;
  // Sum of squares of 0..n-1 about their mean.
  const timeSquares = (window * (window * window - 1)) / 12;
  for (let i = window - 1; i < values.length; i++) {
    const mean = windowMean(values, i, window);
    let products = 0;
    let squares = 0;
    for (let j = 0; j < window; j++) {
      const apart = values[i - window + 1 + j]! - mean;
      products += (j - middle) * apart;
      squares += apart * apart;
    }
    out[i] = squares === 0 ? Number.NaN : (products * products) / (timeSquares * squares);
  }
  return out;
}

export const lrR2 = defineIndicator({
  name: 'lr_r2',
  category: 'trend',
  subcategory: 'strength',
  params: { column: column(), window: bars(126, 2) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: 'Squared correlation of the last n values with time; null where they do not vary.',
  outputs: (p) => [named(`lr_r2_${p.window}`, p.column)],
  lookback: (p) => p.window - 1,
  compute: (market, p) => [straightness(columnOf(market.bars, p.column), p.window)],
});
