/** What a model sees: features as columns, and what it is to learn, row by row in time order. */

/** Feature columns of equal length; NaN is "not known", never zero. */
export interface Matrix {
  readonly rows: number;
  readonly names: readonly string[];
  /** One column a name. Backed by a SharedArrayBuffer where worker threads share it. */
  readonly columns: readonly Float64Array[];
}

/** Classes by number, in this order everywhere: probabilities are indexed by them, never by the order a sample happens to show. */
export const CLASS_NAMES = ['DOWN', 'FLAT', 'UP'] as const;
export const DOWN = 0;
export const FLAT = 1;
export const UP = 2;

/**
 * A matrix with its labels and the prices a backtest needs; sorted by `t0Ms`.
 *
 * Row i is decided at t0 (the end of its bar) and its label is known at t1: purging works on [t0, t1].
 */
export interface LabelledMatrix {
  readonly features: Matrix;
  readonly t0Ms: Float64Array;
  readonly t1Ms: Float64Array;
  /** Days since 1970-01-01 of the session's date. */
  readonly session: Int32Array;
  readonly hourEt: Int32Array;
  /** DOWN, FLAT or UP. */
  readonly y: Int8Array;
  /** Forward return over the label's horizon. */
  readonly horizonReturn: Float64Array;
  /** Return from this close to the next bar's close; NaN on the last bar. */
  readonly barReturn: Float64Array;
  readonly open: Float64Array;
  readonly close: Float64Array;
  /** Open and close of the next bar (of the same session for intraday cadences); NaN where there is none. */
  readonly nextOpen: Float64Array;
  readonly nextClose: Float64Array;
  /** Which side an event label bets on (-1, 0, 1); 0 for the banded labels. */
  readonly labelSide: Int8Array;
  /** Position of the row's bar in the source bars: two rows are contiguous when these differ by one. */
  readonly barIndex: Int32Array;
  /** Bars a position is held: 1 for bar labels, N for fwd_ret_Nd. */
  readonly horizonBars: number;
  readonly isIntraday: boolean;
}
