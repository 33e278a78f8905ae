/** A run of bars, without copying. */
import type { Bars } from './bars.js';

/** Bars `from` (included) to `to` (excluded), as views of the same memory. */
export function sliceBars(bars: Bars, from: number, to: number): Bars {
  if (from === 0 && to >= bars.rows) return bars;
  const { isPartialSource } = bars;
  return {
    rows: to - from,
    tsStartMs: bars.tsStartMs.subarray(from, to),
    tsEndMs: bars.tsEndMs.subarray(from, to),
    session: bars.session.subarray(from, to),
    hourEt: bars.hourEt.subarray(from, to),
    open: bars.open.subarray(from, to),
    high: bars.high.subarray(from, to),
    low: bars.low.subarray(from, to),
    close: bars.close.subarray(from, to),
    volume: bars.volume.subarray(from, to),
    vwap: bars.vwap.subarray(from, to),
    ...(isPartialSource === undefined ? {} : { isPartialSource: isPartialSource.subarray(from, to) }),
  };
}
