/**
 * Option snapshots of one underlying as columns, one row a contract and moment, sorted by `asOfMs`.
 *
 * All rows with the same moment are one snapshot. Implied volatilities and greeks are those of the source, or solved by whoever
 * makes the columns; NaN is "not known". Times are milliseconds since the epoch, UTC.
 */
export interface OptionChain {
  readonly rows: number;
  /** When the snapshot was known. */
  readonly asOfMs: Float64Array;
  readonly expiryMs: Float64Array;
  readonly strike: Float64Array;
  /** 1 for a call, 0 for a put. */
  readonly isCall: Uint8Array;
  /** Implied volatility a year: 0.2 is 20 %. */
  readonly iv: Float64Array;
  /** Negative for puts. */
  readonly delta: Float64Array;
  readonly gamma: Float64Array;
  readonly openInterest: Float64Array;
}

/** Contracts traded by strike and bar, sorted by `tsEndMs`: the moment the bar's volume is known. */
export interface OptionFlow {
  readonly rows: number;
  readonly tsEndMs: Float64Array;
  /** Session (day number) on which the contracts expire. */
  readonly expiryDay: Int32Array;
  readonly strike: Float64Array;
  readonly isCall: Uint8Array;
  readonly volume: Float64Array;
  /** What was paid for them in dollars: volume times average price times 100. NaN where the price is not known. */
  readonly premium: Float64Array;
}

/** Rows known at a moment: `times` ascends. */
export function countKnown(times: Float64Array, knownMs: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! <= knownMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows of the latest snapshot at or before a moment, as [from, to); undefined when there is none. */
export function latestSnapshot(chain: OptionChain, knownMs: number): readonly [number, number] | undefined {
  const to = countKnown(chain.asOfMs, knownMs);
  if (to === 0) return undefined;
  let from = to - 1;
  while (from > 0 && chain.asOfMs[from - 1] === chain.asOfMs[to - 1]) from--;
  return [from, to];
}

/** Rows `from` (included) to `to` (excluded), as views of the same memory. */
export const sliceChain = (chain: OptionChain, from: number, to: number): OptionChain => ({
  rows: to - from,
  asOfMs: chain.asOfMs.subarray(from, to),
  expiryMs: chain.expiryMs.subarray(from, to),
  strike: chain.strike.subarray(from, to),
  isCall: chain.isCall.subarray(from, to),
  iv: chain.iv.subarray(from, to),
  delta: chain.delta.subarray(from, to),
  gamma: chain.gamma.subarray(from, to),
  openInterest: chain.openInterest.subarray(from, to),
});

export const sliceFlow = (flow: OptionFlow, from: number, to: number): OptionFlow => ({
  rows: to - from,
  tsEndMs: flow.tsEndMs.subarray(from, to),
  expiryDay: flow.expiryDay.subarray(from, to),
  strike: flow.strike.subarray(from, to),
  isCall: flow.isCall.subarray(from, to),
  volume: flow.volume.subarray(from, to),
  premium: flow.premium.subarray(from, to),
});
