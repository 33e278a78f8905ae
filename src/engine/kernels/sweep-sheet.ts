/** The columns of one stance and what it earns at each rate of costs: one sheet that is filled anew for every stance. */
export interface SweepSheet {
  /** One entry a bar that holds or changes a position. */
  readonly gross: Float64Array;
  readonly traded: Float64Array;
  /** Number of the bar's session, ascending. */
  readonly session: Int32Array;
  /** One entry a leg of a trade; a trade's last leg is before its `end`. */
  readonly earned: Float64Array;
  readonly filled: Float64Array;
  readonly expired: Float64Array;
  readonly end: Int32Array;
  readonly rates: Float64Array;
  /** `FIGURES` a rate, in the order of the rates. */
  readonly figures: Float64Array;
  readonly scratch: SweepScratch;
}

export interface SweepScratch {
  readonly net: Float64Array;
  readonly daily: Float64Array;
  readonly losses: Float64Array;
  readonly kept: Float64Array;
  readonly sizes: Int32Array;
  /** One entry a bar of the track: all zero between uses. */
  readonly wanted: Float64Array;
}
