/**
 * Order books of every instrument in a stream of market-by-order records, to any depth, and the market-by-price rows they make.
 *
 * The rules are those of dbn.md 5; what a stream may get wrong (unknown orders, more cancelled than rests, an order added twice, a
 * side that is none, nothing added) changes as little as it can and is counted in `errors`.
 */
import { errors } from '#base/errors.js';
import type { MboBlock } from '../frame/dbn-block.js';
import { BOOK_ROWS } from '../kernels/book.js';
import type { KernelHost } from '../kernels/kernel.js';
import {
  ASK,
  BID,
  type BookFacts,
  type BookRows,
  type Instrument,
  type OrderColumns,
  type PriceLevel,
  type QueuePlace,
  type RestingOrder,
  type SideIndex,
  TELL,
  type Tell,
} from './book-machine.js';
import { createKernelBooks } from './kernel-books.js';
import { createPlainBooks } from './plain-books.js';
import { sortOrders } from './sort-orders.js';

export interface OrderBooksOptions {
  /** Without one the books are kept in TypeScript: the same bytes, ten to fifteen times slower. */
  readonly host?: KernelHost | undefined;
  /**
   * A book may begin as an empty one. Otherwise the first record of an instrument that concerns an order must follow a clear, or
   * belong to a snapshot, or be a top-of-book record: `book_start_missing` says where that failed.
   */
  readonly mayStartEmpty?: boolean;
}

/** Gets rows that stand in memory which is used again: they are good until it returns. */
export type TakeRows = (rows: BookRows) => void;

export interface OrderBooks {
  /**
   * Columns for 8192 records where the books read them: what is filled there (by a decoder's `into` for instance) and applied is not
   * copied. Good for as long as the books; every call takes half a megabyte more of their memory. Errors: bookTooLarge.
   */
  lendBlock(): MboBlock;
  /** Applies rows `from` up to `to` of a block, all by default, and tells nothing. */
  apply(block: MboBlock, from?: number, to?: number): void;
  /**
   * The same, and gives market-by-price rows by blocks of 2048: after each A, C, M, R or T that changed one of the ten levels or
   * traded; F_LAST of a record without a row moves to the last row of its (instrument, sequence). So that it can move, the last 2048
   * rows at least are held until more come or `finishRows` is called; how the stream is cut into blocks makes no difference.
   * With `TELL.every` every record has its row and F_LAST stays where it is.
   */
  toRows(block: MboBlock, take: TakeRows, tell?: Tell): void;
  /** Gives the rows that are still held. */
  finishRows(take: TakeRows): void;
  /** In order of appearance. */
  instruments(): readonly Instrument[];
  /** Undefined when no record named the instrument. */
  facts(instrument: Instrument): BookFacts | undefined;
  /** Inconsistent order events of all instruments: `n_book_errors`. */
  errors(): number;
  /** The best levels of a side, best first. */
  levels(instrument: Instrument, side: SideIndex, most?: number): readonly PriceLevel[];
  /** One level; undefined when nothing is displayed at the price. */
  levelAt(instrument: Instrument, side: SideIndex, price: bigint): PriceLevel | undefined;
  /** One order; undefined when it does not rest. */
  order(instrument: Instrument, orderId: bigint): RestingOrder | undefined;
  /** All orders: bids first, then asks, by level from the best, by place in the queue. Radix sort: some 30 ms for 100,000. */
  orders(instrument: Instrument): OrderColumns;
  /** Where an order stands in its queue; undefined when it does not rest. One pass over all orders. */
  queuePlace(instrument: Instrument, orderId: bigint): QueuePlace | undefined;
}

export function createOrderBooks({ host, mayStartEmpty = false }: OrderBooksOptions = {}): OrderBooks {
  const machine = host === undefined ? createPlainBooks(mayStartEmpty) : createKernelBooks(host, mayStartEmpty);
  /** Whether the block that is not being filled holds rows, and which of both is being filled. */
  let isOtherHeld = false;
  let current: 0 | 1 = 0;
  let taken = 0;

  function turn(take: TakeRows): void {
    if (isOtherHeld) give(machine.rows[current === 0 ? 1 : 0], BOOK_ROWS, take);
    isOtherHeld = true;
    current = current === 0 ? 1 : 0;
    machine.turnRows();
  }

  function run(block: MboBlock, from: number, to: number, tell: Tell, take: TakeRows): void {
    for (let start = from; start < to; start += BOOK_ROWS) {
      const rows = Math.min(BOOK_ROWS, to - start);
      machine.load(block, start, rows, tell);
      for (let next = 0; next < rows; ) {
        next = machine.run(next, rows, tell);
        if (next < 0) throw startMissing(block, start - 1 - next, taken - 1 - next);
        if (next < rows) turn(take);
      }
      taken += rows;
    }
  }

  return {
    lendBlock: () => machine.lend(),
    apply: (block, from = 0, to = block.rows) => run(block, from, to, TELL.nothing, () => {}),
    toRows: (block, take, tell = TELL.changes) => run(block, 0, block.rows, tell, take),
    finishRows(take) {
      machine.settleRows();
      if (isOtherHeld) give(machine.rows[current === 0 ? 1 : 0], BOOK_ROWS, take);
      if (machine.rowsFilled() > 0) give(machine.rows[current], machine.rowsFilled(), take);
      // Two turns leave both blocks empty and the parity of their numbers as it was.
      machine.turnRows();
      machine.turnRows();
      isOtherHeld = false;
    },
    instruments: () => machine.instruments(),
    facts: (instrument) => machine.facts(instrument),
    errors: () => machine.instruments().reduce((sum, one) => sum + (machine.facts(one)?.errors ?? 0), 0),
    levels: (instrument, side, most = 4_294_967_295) => machine.levels(instrument, side, most),
    levelAt: (instrument, side, price) => machine.levelAt(instrument, side, price),
    order: (instrument, orderId) => machine.order(instrument, orderId),
    orders: (instrument) => sortOrders(machine.orders(instrument)),
    queuePlace: (instrument, orderId) => machine.queuePlace(instrument, orderId),
  };
}

function give({ block, isSuspect }: BookRows, rows: number, take: TakeRows): void {
  block.rows = rows;
  take({ block, isSuspect });
}

/** `record` counts the records of the stream. */
const startMissing = (block: MboBlock, row: number, record: number) =>
  errors.bookStartMissing({
    publisherId: block.publisherId[row]!,
    instrumentId: block.instrumentId[row]!,
    record,
    action: String.fromCharCode(block.action[row]!),
  });

export { ASK, BID, TELL };
