/**
 * What turns order events into books: a machine that is given records and asked about its books.
 *
 * There are two, which agree in every byte: `kernel-books.ts` runs as WebAssembly, `plain-books.ts` is its twin. `order-books.ts`
 * is the face of both.
 */
import type { MboBlock, Mbp10Block } from '../frame/dbn-block.js';

/** A book belongs to one instrument of one publisher. */
export interface Instrument {
  readonly publisherId: number;
  readonly instrumentId: number;
}

/** Market-by-price rows, and beside each of them 1 where the book may be wrong since a gap in the channel. */
export interface BookRows {
  readonly block: Mbp10Block;
  readonly isSuspect: Uint8Array;
}

/** What is told: nothing, a row when the ten levels changed or something traded, or a row after every record. */
export const TELL = { nothing: 0, changes: 1, every: 2 } as const;
export type Tell = (typeof TELL)[keyof typeof TELL];

export const BID = 0;
export const ASK = 1;
export type SideIndex = typeof BID | typeof ASK;

/** Price in 1e-9; size may exceed 32 bits; a level of a top-of-book record counts no order. */
export interface PriceLevel {
  readonly price: bigint;
  readonly size: number;
  readonly count: number;
}

/** All that rests, one row an order. */
export interface OrderColumns {
  readonly rows: number;
  readonly orderId: BigUint64Array;
  readonly price: BigInt64Array;
  readonly size: Uint32Array;
  /** 0 bid, 1 ask. */
  readonly side: Uint8Array;
  /** Counts up; who has less stands before. */
  readonly priority: Float64Array;
}

/** A top-of-book record (F_TOB): the whole displayed side, and no order. */
export interface TopRecord {
  readonly orderId: bigint;
  readonly price: bigint;
  readonly size: number;
}

export interface BookFacts {
  readonly isStarted: boolean;
  /** A gap was told of, and no clear since. */
  readonly isSuspect: boolean;
  /** Inconsistent order events. */
  readonly errors: number;
  /** By side. */
  readonly orders: readonly [number, number];
  readonly levels: readonly [number, number];
  readonly tops: readonly [TopRecord | undefined, TopRecord | undefined];
}

export interface RestingOrder {
  readonly side: SideIndex;
  readonly price: bigint;
  readonly size: number;
}

export interface QueuePlace extends RestingOrder {
  readonly ordersAhead: number;
  readonly sizeAhead: number;
}

export interface BookMachine {
  /** A block for records where the machine reads them, for as long as it lives. */
  lend(): MboBlock;
  /** Takes `rows` records of a block from row `from` on, at most `BOOK_ROWS`, and holds them for `run`: a lent block as it stands. */
  load(block: MboBlock, from: number, rows: number, tell: Tell): void;
  /**
   * Applies the held records `from` up to `to`; stops sooner when the block of rows is full. The next one's index; or, when a book
   * would begin in the middle of its day, -1 less the index of the record that cannot be applied.
   */
  run(from: number, to: number, tell: Tell): number;
  /** The two blocks of rows that are filled in turn, each of `BOOK_ROWS` rows. */
  readonly rows: readonly [BookRows, BookRows];
  rowsFilled(): number;
  /** Completes the rows of the block that is being filled: a machine may keep the last few back until it has enough of them. */
  settleRows(): void;
  /** Begins the other block. */
  turnRows(): void;
  /** In order of appearance. */
  instruments(): Instrument[];
  facts(instrument: Instrument): BookFacts | undefined;
  /** The best first. */
  levels(instrument: Instrument, side: SideIndex, most: number): PriceLevel[];
  levelAt(instrument: Instrument, side: SideIndex, price: bigint): PriceLevel | undefined;
  order(instrument: Instrument, orderId: bigint): RestingOrder | undefined;
  /** In no order. */
  orders(instrument: Instrument): OrderColumns;
  queuePlace(instrument: Instrument, orderId: bigint): QueuePlace | undefined;
}

export function placeOrders(rows: number): OrderColumns {
  return {
    rows,
    orderId: new BigUint64Array(rows),
    price: new BigInt64Array(rows),
    size: new Uint32Array(rows),
    side: new Uint8Array(rows),
    priority: new Float64Array(rows),
  };
}
