/**
 * Price bars of one instrument as columns, oldest first, one row a bar.
 *
 * Times are milliseconds since the epoch, UTC. `tsStartMs` is where a bar begins, `tsEndMs` where it ends: the moment
 * its values are known (t0, sigma 10.2). `session` numbers the exchange sessions (days since 1970-01-01 of the session's
 * date in New York), so two bars belong to the same day exactly when their numbers are equal.
 */
export interface Bars {
  readonly rows: number;
  readonly tsStartMs: Float64Array;
  readonly tsEndMs: Float64Array;
  readonly session: Int32Array;
  /** Exchange-local hour of the bar's start (0..23); a daily bar's is 9. */
  readonly hourEt: Int32Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** Volume-weighted average price of the bar; NaN where the source has none. */
  readonly vwap: Float64Array;
  /** 1 where a vendor's bar also holds trades from before the opening bell; absent when no bar can. */
  readonly isPartialSource?: Uint8Array;
}
