/** Order-book events as columns, in the words of DBN's market-by-order records. */

export const ACTION = { add: 65, cancel: 67, fill: 70, clear: 82, trade: 84 } as const;
export const SIDE = { ask: 65, bid: 66, none: 78 } as const;
/** The last record of a venue event: only after it the book is to be read. */
export const F_LAST = 128;

export type BookSide = typeof SIDE.ask | typeof SIDE.bid;

/**
 * One row a record. `A` adds an order, `C` takes `size` from it (all that is left removes it), `R` clears the book; `T` (side of
 * the aggressor, `N` when it met hidden size) and `F` (side of the resting order) tell of trades and leave the book alone.
 */
export interface OrderEvents {
  readonly rows: number;
  /** Nanoseconds since the session's start, never falling. */
  readonly tsNs: Float64Array;
  /** 0 for records without an order. */
  readonly orderId: Float64Array;
  /** Character codes of `ACTION` and `SIDE`. */
  readonly action: Uint8Array;
  readonly side: Uint8Array;
  /** Price is `priceTicks * tickNanos` nanos; 0 on a clear. */
  readonly priceTicks: Int32Array;
  readonly size: Int32Array;
  readonly flags: Uint8Array;
  /** One number a venue event, ascending. */
  readonly sequence: Int32Array;
  readonly tickNanos: number;
}

export interface OrderRecord {
  readonly orderId: number;
  readonly action: number;
  readonly side: number;
  readonly tick: number;
  readonly size: number;
}

/** Takes records in order and gives them back as columns. */
export interface EventLog {
  write(record: OrderRecord): void;
  /** Ends the venue event: its last record gets F_LAST. */
  end(): void;
  at(tsNs: number): void;
  readonly rows: () => number;
  columns(tickNanos: number): OrderEvents;
}

export function createEventLog(): EventLog {
  const written: OrderRecord[] = [];
  const [times, flags, sequences]: [number[], number[], number[]] = [[], [], []];
  let [nowNs, sequence] = [0, 1];
  return {
    at: (tsNs) => {
      nowNs = tsNs;
    },
    write(record) {
      written.push(record);
      times.push(nowNs);
      flags.push(0);
      sequences.push(sequence);
    },
    end() {
      if (flags.length === 0 || flags.at(-1) === F_LAST) return;
      flags[flags.length - 1] = F_LAST;
      sequence++;
    },
    rows: () => written.length,
    columns: (tickNanos) => ({
      rows: written.length,
      tsNs: Float64Array.from(times),
      orderId: Float64Array.from(written, ({ orderId }) => orderId),
      action: Uint8Array.from(written, ({ action }) => action),
      side: Uint8Array.from(written, ({ side }) => side),
      priceTicks: Int32Array.from(written, ({ tick }) => tick),
      size: Int32Array.from(written, ({ size }) => size),
      flags: Uint8Array.from(flags),
      sequence: Int32Array.from(sequences),
      tickNanos,
    }),
  };
}
