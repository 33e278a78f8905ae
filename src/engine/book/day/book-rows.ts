/**
 * A stretch of canonical rows, column by column: the event of each row and the ten best levels a side after it.
 *
 * Prices are nanos (1e-9 dollars) as doubles, exact below 9 million dollars, NaN where there is no price or no such level.
 * Times are nanoseconds since `originNs`, the same origin for all stretches of a file, so that they too are exact.
 */
export interface BookRows {
  readonly rows: number;
  /** `record_index` of the first row. */
  readonly firstIndex: number;
  readonly originNs: bigint;
  readonly tsEventNs: Float64Array;
  readonly instrumentId: Uint32Array;
  readonly sequence: Uint32Array;
  readonly flags: Uint8Array;
  /** Character codes: A C M R T. */
  readonly action: Uint8Array;
  /** Character codes: A B N. */
  readonly side: Uint8Array;
  readonly price: Float64Array;
  readonly size: Uint32Array;
  readonly isSuspect: Uint8Array;
  readonly bids: BookSide;
  readonly asks: BookSide;
}

/** Ten columns each, the best level first. Size and count are 0 where there is no level. */
export interface BookSide {
  readonly px: readonly Float64Array[];
  readonly sz: readonly Uint32Array[];
  readonly ct: readonly Uint32Array[];
}

export const LEVELS = 10;
export const NANOS = 1e9;

export const ACTION = { add: 65, cancel: 67, modify: 77, clear: 82, trade: 84 } as const;
export const SIDE = { ask: 65, bid: 66, none: 78 } as const;
/** Last record of a venue event for its instrument: only then is the book consistent. */
export const F_LAST = 128;

export const isTwoSided = ({ bids, asks }: BookRows, row: number): boolean =>
  !Number.isNaN(bids.px[0]![row]!) && !Number.isNaN(asks.px[0]![row]!);

/** Whether a row changes the book of its instrument: A, C or M. */
export const isChange = (action: number): boolean =>
  action === ACTION.add || action === ACTION.cancel || action === ACTION.modify;

/** Whole milliseconds since 1970, rounded down, as `ts` is on the wire. */
export const tsMsOf = (rows: BookRows, row: number): number => msClock(rows)(row);

/** The same for many rows of a stretch: dividing its origin again for every row would cost more than the rest of a bar. */
export function msClock({ originNs, tsEventNs }: BookRows): (row: number) => number {
  const originMs = Number(originNs / 1_000_000n);
  const restNs = Number(originNs % 1_000_000n);
  return (row) => originMs + Math.floor((tsEventNs[row]! + restNs) / 1e6);
}
