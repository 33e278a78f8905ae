/** Detrended price. */
import { defineIndicator } from './indicator.js';
import { simpleAverage } from './moving-average.js';
import { bars, column, columnOf, named } from './params.js';

const shiftOf = (period: number) => Math.floor(period / 2) + 1;

export const dpo = defineIndicator({
  name: 'dpo',
  category: 'price',
  subcategory: 'change',
  params: { column: column(), period: bars(20) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: 'P_t - SMA_n of n/2+1 bars ago: the causal form (the charting form looks ahead).',
  outputs: (p) => [named(`dpo_${p.period}`, p.column)],
  lookback: (p) => p.period - 1 + shiftOf(p.period),
  compute(market, p) {
    const values = columnOf(market.bars, p.column);
    const average = simpleAverage(values, p.period);
    const shift = shiftOf(p.period);
    return [values.map((value, i) => (i < shift ? Number.NaN : value - average[i - shift]!))];
  },
});
