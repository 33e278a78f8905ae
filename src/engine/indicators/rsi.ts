/** Relative strength index. */
import { difference } from './change.js';
import { defineIndicator } from './indicator.js';
import { wilderAverage } from './moving-average.js';
import { bars, column, columnOf, named } from './params.js';

/**
 * 100 gain / (gain + loss) with Wilder's smoothing, seeded with the mean of the first `period` changes.
 * Wilder, New Concepts in Technical Trading Systems (1978). The first `period` values are NaN; a flat market is 50.
 */
export function relativeStrength(values: Float64Array, period: number): Float64Array {
  const change = difference(values);
  const gain = wilderAverage(
    change.map((value) => Math.max(value, 0)),
    period,
  );
  const loss = wilderAverage(
    change.map((value) => Math.max(-value, 0)),
    period,
  );
  return gain.map((up, i) => (up + loss[i]! === 0 ? 50 : (100 * up) / (up + loss[i]!)));
}

export const rsi = defineIndicator({
  name: 'rsi',
  category: 'oscillator',
  subcategory: 'bounded',
  params: { column: column(), period: bars(14) },
  inputs: ['close'],
  requires: 'ohlcv',
  doc: "Wilder's RSI, 100 gain / (gain + loss): 100 when nothing fell, 50 when nothing moved.",
  outputs: (p) => [named(`rsi_${p.period}`, p.column)],
  lookback: (p) => p.period,
  compute: (market, p) => [relativeStrength(columnOf(market.bars, p.column), p.period)],
});
