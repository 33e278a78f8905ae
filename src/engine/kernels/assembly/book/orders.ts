/**
 * The orders of one instrument by their id: open addressing, 32 bytes an order, half empty at least, without tombstones.
 *
 * Priority counts up; an order with a larger one stands behind. A clear only raises the side's floor: orders below it are dead, and
 * go when the table is next rebuilt, so a stream of nothing but clears costs nothing. An empty place has priority 0, which leaves
 * every id free to be used, 0 too.
 */
import { give, take } from './heap';
import { openSide, Side } from './levels';

@unmanaged
export class Order {
  id: u64;
  /** The level's key, or that of UNDEF_PRICE: an order at no level. */
  key: i64;
  size: u32;
  /** 0 bid, 1 ask. */
  side: u32;
  priority: u64;
}

@unmanaged
export class Book {
  name: u64;
  /** The next book in order of appearance. */
  next: usize;
  table: usize;
  mask: i32;
  /** 64 less the table's power of two. */
  shift: i32;
  /** Places taken, by the living and the dead. */
  used: i32;
  isStarted: bool;
  isSuspect: bool;
  /** Number of the last row, from the first of the stream; -1 before it. */
  lastRow: i64;
  priority: u64;
  errors: u64;
}

/** The sides stand behind the book, a cache line apart from it. */
const BID_AT: usize = 128;
const SIDE_BYTES: usize = 128;
const BOOK_BYTES: usize = BID_AT + 2 * SIDE_BYTES;
const FIRST_ROOM: i32 = 64;

export function openBook(name: u64): Book {
  const book = changetype<Book>(take(BOOK_BYTES));
  book.name = name;
  book.lastRow = -1;
  book.priority = 1;
  openTable(book, FIRST_ROOM);
  openSide(sideOf(book, 0), 0);
  openSide(sideOf(book, 1), -1);
  return book;
}

/** 0 bid, 1 ask. */
export function sideOf(book: Book, side: u32): Side {
  return changetype<Side>(changetype<usize>(book) + BID_AT + <usize>side * SIDE_BYTES);
}

function openTable(book: Book, room: i32): void {
  book.table = take((<usize>room) << 5);
  book.mask = room - 1;
  book.shift = 64 - <i32>ctz<u32>(room);
  book.used = 0;
}

export function orderAt(book: Book, place: i32): Order {
  return changetype<Order>(book.table + ((<usize>place) << 5));
}

/** Fibonacci hashing: ids that count up spread over the whole table. */
function homeOf(book: Book, id: u64): i32 {
  return <i32>((id * 0x9e3779b97f4a7c15) >> <u64>book.shift);
}

/** The order's place, or the empty one where it would stand. */
export function findOrder(book: Book, id: u64): Order {
  let place = homeOf(book, id);
  while (true) {
    const order = orderAt(book, place);
    if (order.priority === 0 || order.id === id) return order;
    place = (place + 1) & book.mask;
  }
}

export function isLive(book: Book, order: Order): bool {
  return order.priority >= sideOf(book, order.side).floor;
}

/** A place for an id that has none; `empty` is where it would stand now. */
export function placeOrder(book: Book, empty: Order, id: u64): Order {
  let order = empty;
  if (book.used * 2 > book.mask) {
    rebuild(book);
    order = findOrder(book, id);
  }
  book.used++;
  order.id = id;
  return order;
}

/** Leaves the dead behind, and doubles the table when the living fill a quarter of it. */
function rebuild(book: Book): void {
  const old = book.table;
  const room = book.mask + 1;
  const living = sideOf(book, 0).orders + sideOf(book, 1).orders;
  openTable(book, living * 4 >= room ? room << 1 : room);
  for (let place = 0; place < room; place++) {
    const order = changetype<Order>(old + ((<usize>place) << 5));
    if (!isLive(book, order)) continue;
    copyOrder(order, findOrder(book, order.id));
    book.used++;
  }
  give(old, (<usize>room) << 5);
}

function copyOrder(from: Order, to: Order): void {
  v128.store(changetype<usize>(to), v128.load(changetype<usize>(from)));
  v128.store(changetype<usize>(to), v128.load(changetype<usize>(from), 16), 16);
}

/** Closes the gap by moving back those that stand behind it only because it was taken (Knuth 6.4, algorithm R). */
export function removeOrder(book: Book, order: Order): void {
  const mask = book.mask;
  let gap = <i32>((changetype<usize>(order) - book.table) >> 5);
  let place = gap;
  while (true) {
    place = (place + 1) & mask;
    const next = orderAt(book, place);
    if (next.priority === 0) break;
    if (((place - homeOf(book, next.id)) & mask) < ((place - gap) & mask)) continue;
    copyOrder(next, orderAt(book, gap));
    gap = place;
  }
  orderAt(book, gap).priority = 0;
  book.used--;
}
