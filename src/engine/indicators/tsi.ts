/** True strength index. */
import { difference, ratio } from './change.js';
import { defineIndicator } from './indicator.js';
import { exponentialAverage } from './moving-average.js';
import { bars, column, columnOf, named } from './params.js';

export const tsi = defineIndicator({
  name: 'tsi',
  category: 'price',
  subcategory: 'change',
  params: { column: column(), r: bars(25), s: bars(13) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: '100 EMA_s(EMA_r(dP)) / EMA_s(EMA_r(|dP|)); null where nothing moved. Blau (1991).',
  outputs: (p) => [named(`tsi_${p.r}_${p.s}`, p.column)],
  lookback: (p) => p.r + p.s - 1,
  compute(market, p) {
    const change = difference(columnOf(market.bars, p.column));
    const twice = (values: Float64Array) => exponentialAverage(exponentialAverage(values, p.r), p.s);
    return [ratio(twice(change), twice(change.map(Math.abs))).map((value) => 100 * value)];
  },
});
