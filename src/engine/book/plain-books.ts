/** The books in TypeScript: the twin of the kernel, which computes the same bytes where there is no WebAssembly, and is its oracle. */
import { MBP_LEVELS, type MboBlock, placeMboBlock, placeMbpBlock } from '../frame/dbn-block.js';
import { copyWide, UNDEF_PRICE } from '../frame/wide-column.js';
import { BOOK_INPUT_ROWS, BOOK_ROWS } from '../kernels/book.js';
import {
  ASK,
  BID,
  type BookMachine,
  type BookRows,
  type Instrument,
  type OrderColumns,
  placeOrders,
  type QueuePlace,
  TELL,
} from './book-machine.js';
import {
  addOrder,
  cancelOrder,
  clearBook,
  F_TOB,
  modifyOrder,
  NOTHING,
  type OrderRecord,
  openPlainBook,
  type PlainBook,
  tradeDepth,
} from './plain-book.js';
import { bestLevels, exactly, keyOf, levelOf, type PlainSide, priceOf, signedAt, unsignedAt } from './plain-side.js';

const F_LAST = 128;
const F_SNAPSHOT = 32;
const F_MAYBE_BAD_BOOK = 4;
const [ADD, CANCEL, MODIFY, CLEAR, TRADE] = [65, 67, 77, 82, 84];
const U32_MAX = 4_294_967_295;

export function createPlainBooks(mayStartEmpty: boolean): BookMachine {
  const books = new Map<number, PlainBook>();
  const rows: readonly [BookRows, BookRows] = [placeRows(), placeRows()];
  const held: { block: MboBlock | undefined; from: number } = { block: undefined, from: 0 };
  let blockStart = 0;
  let filled = 0;

  const blockOf = (row: number): BookRows => rows[Math.floor(row / BOOK_ROWS) % 2 === 0 ? 0 : 1];
  const find = (instrument: Instrument) => books.get(nameOf(instrument));

  function open(name: number): PlainBook {
    const book = openPlainBook();
    books.set(name, book);
    return book;
  }

  /** Only adds, cancels and modifies need to know what rested before. */
  function starts(book: PlainBook, action: number, flags: number): boolean {
    if (action !== ADD && action !== CANCEL && action !== MODIFY) return true;
    if (!mayStartEmpty && (action !== ADD || (flags & (F_TOB | F_SNAPSHOT)) === 0)) return false;
    book.isStarted = true;
    return true;
  }

  function writeRow(book: PlainBook, source: MboBlock, record: number, depth: number): void {
    const { block, isSuspect } = blockOf(blockStart);
    const row = filled++;
    copyRecord(source, record, block, row);
    block.depth[row] = depth;
    isSuspect[row] = book.isSuspect ? 1 : 0;
    for (let level = 0; level < MBP_LEVELS; level++) {
      const to = block.levels[level]!;
      writeLevel(book.sides[BID], level, row, to.bidPx.values, to.bidSz, to.bidCt);
      writeLevel(book.sides[ASK], level, row, to.askPx.values, to.askSz, to.askCt);
    }
    book.lastRow = blockStart + row;
    book.lastSequence = source.sequence[record]!;
  }

  /** F_LAST of a record that made no row goes to the last row of its event, as long as that row is still held. */
  function moveLast(book: PlainBook, sequence: number): void {
    if (book.lastRow < 0 || book.lastSequence !== sequence || book.lastRow < blockStart - BOOK_ROWS) return;
    blockOf(book.lastRow).block.flags[book.lastRow % BOOK_ROWS]! |= F_LAST;
  }

  return {
    lend: () => placeMboBlock(BOOK_INPUT_ROWS),
    load(block, from) {
      held.block = block;
      held.from = from;
    },
    run(from, to, tell) {
      const { block } = held;
      if (block === undefined) return from;
      for (let i = from; i < to; i++) {
        if (tell !== TELL.nothing && filled === BOOK_ROWS) return i;
        const at = held.from + i;
        const [action, flags] = [block.action[at]!, block.flags[at]!];
        const name = nameOf({ publisherId: block.publisherId[at]!, instrumentId: block.instrumentId[at]! });
        const book = books.get(name) ?? open(name);
        if ((flags & F_MAYBE_BAD_BOOK) !== 0) book.isSuspect = true;
        if (!book.isStarted && !starts(book, action, flags)) return -1 - i;
        const depth = apply(book, action, {
          sideCode: block.side[at]!,
          flags,
          id: unsignedAt(block.orderId, at),
          price: signedAt(block.price, at),
          size: block.size[at]!,
        });
        if (tell === TELL.nothing) continue;
        if (depth !== NOTHING || tell === TELL.every) writeRow(book, block, at, Math.max(0, depth));
        else if ((flags & F_LAST) !== 0) moveLast(book, block.sequence[at]!);
      }
      return to;
    },
    rows,
    rowsFilled: () => filled,
    settleRows() {},
    turnRows() {
      blockStart += BOOK_ROWS;
      filled = 0;
    },
    instruments: () =>
      [...books.keys()].map((name) => ({ publisherId: Math.floor(name / 2 ** 32), instrumentId: name % 2 ** 32 })),
    facts(instrument) {
      const book = find(instrument);
      if (book === undefined) return undefined;
      const count = (side: number) => [...book.orders.values()].filter((order) => order.side === side).length;
      const [bids, asks] = book.sides;
      return {
        isStarted: book.isStarted,
        isSuspect: book.isSuspect,
        errors: book.errors,
        orders: [count(BID), count(ASK)],
        levels: [bids.levels.length, asks.levels.length],
        tops: [topOf(bids), topOf(asks)],
      };
    },
    levels(instrument, side, most) {
      const book = find(instrument);
      return book === undefined ? [] : bestLevels(book.sides[side], most);
    },
    levelAt(instrument, side, price) {
      const its = find(instrument)?.sides[side];
      return its && levelOf(its, keyOf(its, exactly(price)));
    },
    order(instrument, orderId) {
      const order = find(instrument)?.orders.get(exactly(orderId));
      return order && { side: order.side, price: BigInt(order.price), size: order.size };
    },
    orders: (instrument) => ordersOf(find(instrument)),
    queuePlace: (instrument, orderId) => queuePlaceOf(find(instrument), orderId),
  };
}

/** Below 2^48, so exact. */
const nameOf = ({ publisherId, instrumentId }: Instrument): number => publisherId * 2 ** 32 + instrumentId;

const placeRows = (): BookRows => ({ block: placeMbpBlock(BOOK_ROWS), isSuspect: new Uint8Array(BOOK_ROWS) });

function apply(book: PlainBook, action: number, record: OrderRecord): number {
  if (action === ADD) return addOrder(book, record);
  if (action === CANCEL) return cancelOrder(book, record);
  if (action === MODIFY) return modifyOrder(book, record);
  if (action === TRADE) return tradeDepth(book, record);
  return action === CLEAR ? clearBook(book) : NOTHING;
}

function copyRecord(source: MboBlock, record: number, target: BookRows['block'], row: number): void {
  copyWide(source.tsEvent, record, target.tsEvent, row);
  copyWide(source.price, record, target.price, row);
  copyWide(source.tsRecv, record, target.tsRecv, row);
  target.instrumentId[row] = source.instrumentId[record]!;
  target.size[row] = source.size[record]!;
  target.tsInDelta[row] = source.tsInDelta[record]!;
  target.sequence[row] = source.sequence[record]!;
  target.publisherId[row] = source.publisherId[record]!;
  target.flags[row] = source.flags[record]!;
  target.action[row] = source.action[record]!;
  target.side[row] = source.side[record]!;
}

function writeLevel(
  side: PlainSide,
  rank: number,
  row: number,
  px: BigInt64Array,
  sz: Uint32Array,
  ct: Uint32Array,
): void {
  const level = side.levels[side.levels.length - 1 - rank];
  px[row] = level === undefined ? UNDEF_PRICE : priceOf(side, level.key);
  // A size column has 32 bits: what does not fit is told as the most that fits.
  sz[row] = Math.min(U32_MAX, level?.size ?? 0);
  ct[row] = level?.count ?? 0;
}

const topOf = (side: PlainSide) =>
  side.top && { orderId: BigInt(side.top.orderId), price: priceOf(side, side.top.key), size: side.top.size };

function ordersOf(book: PlainBook | undefined): OrderColumns {
  const columns = placeOrders(book?.orders.size ?? 0);
  let row = 0;
  for (const { id, price, size, side, priority } of book?.orders.values() ?? []) {
    columns.orderId[row] = BigInt(id);
    columns.price[row] = BigInt(price);
    columns.size[row] = size;
    columns.side[row] = side;
    columns.priority[row++] = priority;
  }
  return columns;
}

function queuePlaceOf(book: PlainBook | undefined, orderId: bigint): QueuePlace | undefined {
  const order = book?.orders.get(exactly(orderId));
  if (book === undefined || order === undefined) return undefined;
  const { side, price, size, priority } = order;
  const top = topOf(book.sides[side]);
  const isTopThere = top !== undefined && top.price === BigInt(price);
  const ahead = [...book.orders.values()].filter(
    (other) => other.side === side && other.price === price && other.priority < priority,
  );
  return {
    side,
    price: BigInt(price),
    size,
    ordersAhead: ahead.length + (isTopThere ? 1 : 0),
    sizeAhead: ahead.reduce((sum, other) => sum + other.size, isTopThere ? top.size : 0),
  };
}
