/** How far a bar reached, the gap from the bar before included. */
import type { Bars } from '../frame/bars.js';
import { wilderAverage } from './moving-average.js';

/** max(high - low, |high - previous close|, |low - previous close|), Wilder (1978). The first row has no previous close: NaN. */
export function trueRange(bars: Bars): Float64Array {
  return bars.high.map((high, i) => {
    if (i === 0) return Number.NaN;
    const before = bars.close[i - 1]!;
    return Math.max(high - bars.low[i]!, Math.abs(high - before), Math.abs(bars.low[i]! - before));
  });
}

/** Wilder's average of the true range; known from row `period` on. */
export const averageTrueRange = (bars: Bars, period: number): Float64Array => wilderAverage(trueRange(bars), period);

/** (high + low + close) / 3. */
export const typicalPrice = (bars: Bars): Float64Array =>
  bars.close.map((close, i) => (bars.high[i]! + bars.low[i]! + close) / 3);
