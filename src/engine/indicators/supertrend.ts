/** A band below or above the price that only tightens until the close crosses it. */
import type { Bars } from '../frame/bars.js';
import { defineIndicator } from './indicator.js';
import { bars, factor } from './params.js';
import { averageTrueRange } from './true-range.js';

/** (H+L)/2 +- m x Wilder ATR. The upper band only falls and the lower only rises while the close stays inside; crossing flips. */
function superTrend(
  { high, low, close }: Bars,
  range: Float64Array,
  multiplier: number,
): [line: Float64Array, direction: Float64Array] {
  const line = new Float64Array(close.length).fill(Number.NaN);
  const direction = new Float64Array(close.length).fill(Number.NaN);
  let upper = Number.NaN;
  let lower = Number.NaN;
  let isUp = true;
  for (let i = 1; i < close.length; i++) {
    const middle = (high[i]! + low[i]!) / 2;
    const width = multiplier * range[i]!;
    if (Number.isNaN(middle + width + close[i]!)) {
      upper = Number.NaN;
      continue;
    }
    const isFirst = Number.isNaN(upper);
    const before = close[i - 1]!;
    upper = isFirst || middle + width < upper || before > upper ? middle + width : upper;
    lower = isFirst || middle - width > lower || before < lower ? middle - width : lower;
    isUp = isFirst ? close[i]! >= middle : isUp ? close[i]! >= lower : close[i]! > upper;
    line[i] = isUp ? lower : upper;
    direction[i] = isUp ? 1 : -1;
  }
  return [line, direction];
}

export const supertrend = defineIndicator({
  name: 'supertrend',
  category: 'trend',
  subcategory: 'stops',
  params: { period: bars(10), multiplier: factor(3, 0.01, 100) },
  inputs: ['high', 'low', 'close'],
  requires: 'ohlcv',
  doc: '(H+L)/2 +- m x Wilder ATR with ratcheting bands; supertrend_dir is +1 in an up trend, -1 in a down trend.',
  outputs: () => ['supertrend', 'supertrend_dir'],
  lookback: (p) => p.period,
  compute: (market, p) => superTrend(market.bars, averageTrueRange(market.bars, p.period), p.multiplier),
});
