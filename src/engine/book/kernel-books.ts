/** The books as WebAssembly keeps them: records stand in its memory or are copied there, rows and answers are read from there. */
import { errors } from '#base/errors.js';
import { type MboBlock, placeMboBlock, placeMbpBlock } from '../frame/dbn-block.js';
import type { WideColumn } from '../frame/wide-column.js';
import { BOOK_INPUT_ROWS, BOOK_MEMORY, BOOK_ROWS, type BookExports, bookKernel } from '../kernels/book.js';
import type { KernelHost, KernelMemory } from '../kernels/kernel.js';
import {
  ASK,
  BID,
  type BookFacts,
  type BookMachine,
  type BookRows,
  type Instrument,
  type OrderColumns,
  type PriceLevel,
  placeOrders,
  type RestingOrder,
  TELL,
  type Tell,
  type TopRecord,
} from './book-machine.js';

const FACTS_BYTES = 88;
const LEVEL_BYTES = 24;
const ORDER_BYTES = 32;

export function createKernelBooks(host: KernelHost, mayStartEmpty: boolean): BookMachine {
  const memory = host.memory(BOOK_MEMORY.bytes, BOOK_MEMORY.bytesMax);
  const kernel = host.instantiate(bookKernel, memory);
  kernel.setStart(mayStartEmpty ? 1 : 0);
  /** Blocks of records in this memory, by a column of theirs: who decodes into one may give its columns in a block of his own. */
  const lent = new Map<ArrayBufferView, number>();
  const lend = (): MboBlock => {
    const at = unlessFull(() => kernel.borrow(BOOK_MEMORY.inputBytes)) >>> 0;
    const block = placeMboBlock(BOOK_INPUT_ROWS, memory.buffer, at);
    lent.set(block.size, at);
    return block;
  };
  /** For records that stand elsewhere; made when the first of them come. */
  let own: MboBlock | undefined;
  /** Address of the block that holds the records, and the row of the first of them. */
  let [heldAt, heldFrom] = [0, 0];
  const rowsAt = (at: 0 | 1): BookRows => ({
    block: placeMbpBlock(BOOK_ROWS, 10, memory.buffer, BOOK_MEMORY.rows[at]),
    isSuspect: new Uint8Array(memory.buffer, BOOK_MEMORY.suspect[at], BOOK_ROWS),
  });
  const find = ({ publisherId, instrumentId }: Instrument) => kernel.findBook(publisherId, instrumentId);
  const ask = <T>(bytes: number, read: (view: DataView, piece: number) => T): T => borrow(kernel, memory, bytes, read);

  function factsOf(book: number): BookFacts {
    return ask(FACTS_BYTES, (view, piece) => {
      kernel.describe(book, piece);
      return readFacts(view);
    });
  }

  return {
    lend,
    load(block, from, rows, tell) {
      const at = lent.get(block.size);
      heldFrom = at === undefined ? 0 : from;
      own = at === undefined ? (own ?? lend()) : own;
      heldAt = at ?? lent.get(own!.size)!;
      if (at === undefined) copyRecords(block, from, rows, own!, tell);
    },
    run(from, to, tell) {
      const next = unlessFull(() => kernel.run(heldAt, heldFrom + from, heldFrom + to, tell));
      return next < 0 ? next + heldFrom : next - heldFrom;
    },
    rows: [rowsAt(0), rowsAt(1)],
    rowsFilled: () => kernel.rowsFilled(),
    turnRows: () => kernel.turnRows(),
    settleRows: () => kernel.settleRows(),
    instruments: () => ask(FACTS_BYTES, (view, piece) => namesOf(kernel, view, piece)),
    facts(instrument) {
      const book = find(instrument);
      return book === 0 ? undefined : factsOf(book);
    },
    levels(instrument, side, most) {
      const book = find(instrument);
      if (book === 0) return [];
      const room = Math.min(most, factsOf(book).levels[side]);
      return ask(room * LEVEL_BYTES, (view, piece) => {
        const rows = kernel.levels(book, side, room, piece);
        return Array.from({ length: rows }, (_, row) => readLevel(view, row * LEVEL_BYTES));
      });
    },
    levelAt(instrument, side, price) {
      const book = find(instrument);
      if (book === 0) return undefined;
      return ask(LEVEL_BYTES, (view, piece) => {
        if (kernel.levelAt(book, side, price, piece) === 0) return undefined;
        return { price, size: Number(view.getBigUint64(0, true)), count: view.getUint32(8, true) };
      });
    },
    order(instrument, orderId) {
      const book = find(instrument);
      if (book === 0) return undefined;
      return ask(ORDER_BYTES, (view, piece) =>
        kernel.order(book, orderId, piece) === 0 ? undefined : readOrder(view),
      );
    },
    orders(instrument) {
      const book = find(instrument);
      if (book === 0) return placeOrders(0);
      const [bids, asks] = factsOf(book).orders;
      return ask((bids + asks) * ORDER_BYTES, (view, piece) => readOrders(view, kernel.orders(book, piece)));
    },
    queuePlace(instrument, orderId) {
      const book = find(instrument);
      if (book === 0) return undefined;
      return ask(ORDER_BYTES, (view, piece) => {
        if (kernel.queue(book, orderId, piece) === 0) return undefined;
        return {
          ...readOrder(view),
          ordersAhead: Number(view.getBigUint64(16, true)),
          sizeAhead: Number(view.getBigUint64(24, true)),
        };
      });
    },
  };
}

/** The kernel traps for one reason only: its memory may not grow further. */
function unlessFull(work: () => number): number {
  try {
    return work();
  } catch (cause) {
    throw errors.bookTooLarge(cause);
  }
}

/** Lends a piece of the kernel's memory; the view is made after it was taken, since taking may grow the memory. */
function borrow<T>(
  kernel: BookExports,
  memory: KernelMemory,
  bytes: number,
  read: (view: DataView, piece: number) => T,
): T {
  const room = Math.max(64, bytes);
  // Addresses above 2 GiB come as negative numbers.
  const piece = kernel.borrow(room) >>> 0;
  try {
    return read(new DataView(memory.buffer, piece, room), piece);
  } finally {
    kernel.release(piece, room);
  }
}

/** Only what the books need, and what rows carry along when rows are told. */
function copyRecords(block: MboBlock, from: number, rows: number, input: MboBlock, tell: Tell): void {
  const to = from + rows;
  const wide = (source: WideColumn, target: WideColumn) => target.words.set(source.words.subarray(2 * from, 2 * to));
  input.publisherId.set(block.publisherId.subarray(from, to));
  input.instrumentId.set(block.instrumentId.subarray(from, to));
  input.size.set(block.size.subarray(from, to));
  input.flags.set(block.flags.subarray(from, to));
  input.action.set(block.action.subarray(from, to));
  input.side.set(block.side.subarray(from, to));
  wide(block.price, input.price);
  wide(block.orderId, input.orderId);
  if (tell === TELL.nothing) return;
  wide(block.tsEvent, input.tsEvent);
  wide(block.tsRecv, input.tsRecv);
  input.tsInDelta.set(block.tsInDelta.subarray(from, to));
  input.sequence.set(block.sequence.subarray(from, to));
}

function namesOf(kernel: BookExports, view: DataView, piece: number): Instrument[] {
  const names: Instrument[] = [];
  for (let book = kernel.nextBook(0); book !== 0; book = kernel.nextBook(book)) {
    kernel.describe(book, piece);
    names.push({ instrumentId: view.getUint32(0, true), publisherId: view.getUint32(4, true) });
  }
  return names;
}

const readFacts = (view: DataView): BookFacts => ({
  errors: Number(view.getBigUint64(8, true)),
  orders: [view.getUint32(16, true), view.getUint32(24, true)],
  levels: [view.getUint32(20, true), view.getUint32(28, true)],
  isStarted: view.getUint32(32, true) === 1,
  isSuspect: view.getUint32(36, true) === 1,
  tops: [readTop(view, 40), readTop(view, 64)],
});

function readTop(view: DataView, at: number): TopRecord | undefined {
  const size = Number(view.getBigUint64(at + 16, true));
  if (size === 0) return undefined;
  return { orderId: view.getBigUint64(at, true), price: view.getBigInt64(at + 8, true), size };
}

const readLevel = (view: DataView, at: number): PriceLevel => ({
  price: view.getBigInt64(at, true),
  size: Number(view.getBigUint64(at + 8, true)),
  count: view.getUint32(at + 16, true),
});

const readOrder = (view: DataView): RestingOrder => ({
  price: view.getBigInt64(0, true),
  size: view.getUint32(8, true),
  side: view.getUint32(12, true) === BID ? BID : ASK,
});

function readOrders(view: DataView, rows: number): OrderColumns {
  const orders = placeOrders(rows);
  for (let row = 0; row < rows; row++) {
    const at = row * ORDER_BYTES;
    orders.orderId[row] = view.getBigUint64(at, true);
    orders.price[row] = view.getBigInt64(at + 8, true);
    orders.size[row] = view.getUint32(at + 16, true);
    orders.side[row] = view.getUint32(at + 20, true);
    // A count of what came: below 2^53 for longer than any stream.
    orders.priority[row] = view.getUint32(at + 28, true) * 4_294_967_296 + view.getUint32(at + 24, true);
  }
  return orders;
}
