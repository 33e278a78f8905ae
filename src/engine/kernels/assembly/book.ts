/**
 * Order books of many instruments, record by record: state, market-by-price rows, levels, orders and queue places.
 *
 * The memory holds two blocks of rows at fixed places (book/layout.ts), which are filled in turn, then the books and the blocks of
 * records that were borrowed for what comes in. The twin is engine/book/plain-books.ts.
 */
import { give, take } from './book/heap';
import {
  IN_ACTION,
  IN_FLAGS,
  IN_INSTRUMENT_ID,
  IN_ORDER_ID,
  IN_PRICE,
  IN_PUBLISHER_ID,
  IN_SEQUENCE,
  IN_SIDE,
  IN_SIZE,
  ROWS,
} from './book/layout';
import { writeLevel, writeLevels } from './book/levels';
import { Book, findOrder, isLive, openBook, orderAt, sideOf } from './book/orders';
import { moveLast, readFrom, rowsFilled, settleEvents, settleRows, turnRows, writeRow } from './book/rows';
import { add, cancel, clear, modify, NOTHING, trade } from './book/rules';

export { rowsFilled, settleRows, turnRows };

/** What is told: nothing; a row when the ten levels changed or something traded (1); or a row after every record. */
const NOT_AT_ALL: i32 = 0;
const EVERY: i32 = 2;

const F_LAST: u32 = 128;
const F_TOB: u32 = 64;
const F_SNAPSHOT: u32 = 32;
const F_MAYBE_BAD_BOOK: u32 = 4;

/** Books by name in open addressing, and in order of appearance. */
let names: usize = 0;
let namesMask: i32 = -1;
let bookCount: i32 = 0;
let firstBook: usize = 0;
let lastBook: usize = 0;
let mayStartEmpty: bool = false;

/** Whether a book may begin without a clear, a snapshot or a top-of-book record, as an empty one. */
export function setStart(isEmptyAllowed: i32): void {
  mayStartEmpty = isEmptyAllowed !== 0;
}

/** The place of a name's pointer: the book, or 0 where it would stand. */
function namePlace(name: u64): usize {
  let place = <i32>((name * 0x9e3779b97f4a7c15) >> 40) & namesMask;
  while (true) {
    const at = names + ((<usize>place) << 2);
    const book = <usize>load<u32>(at);
    if (book === 0 || changetype<Book>(book).name === name) return at;
    place = (place + 1) & namesMask;
  }
}

function growNames(): void {
  const old = names;
  const room = namesMask + 1;
  const larger = max(64, room << 1);
  names = take((<usize>larger) << 2);
  namesMask = larger - 1;
  for (let book = firstBook; book !== 0; book = changetype<Book>(book).next)
    store<u32>(namePlace(changetype<Book>(book).name), <u32>book);
  if (room > 0) give(old, (<usize>room) << 2);
}

function findOrOpen(name: u64): usize {
  if (bookCount * 2 > namesMask) growNames();
  const at = namePlace(name);
  const known = <usize>load<u32>(at);
  if (known !== 0) return known;
  const book = changetype<usize>(openBook(name));
  store<u32>(at, <u32>book);
  if (lastBook === 0) firstBook = book;
  else changetype<Book>(lastBook).next = book;
  lastBook = book;
  bookCount++;
  return book;
}

/**
 * Takes the records `from` up to `to` of the block of records at `input`, and stops sooner when the block of rows is full. The next
 * record's index; or, when a book would begin in the middle of its day, -1 less the index of the record that cannot be taken.
 */
export function run(input: usize, from: i32, to: i32, mode: i32): i32 {
  readFrom(input);
  const next = takeRecords(input, from, to, mode);
  settleEvents();
  return next;
}

function takeRecords(input: usize, from: i32, to: i32, mode: i32): i32 {
  let name: u64 = 0;
  let at: usize = 0;
  for (let i = from; i < to; i++) {
    if (mode !== NOT_AT_ALL && rowsFilled() === ROWS) return i;
    const in1 = input + <usize>i;
    const in4 = input + ((<usize>i) << 2);
    const in8 = input + ((<usize>i) << 3);
    const its =
      ((<u64>load<u16>(input + ((<usize>i) << 1), IN_PUBLISHER_ID)) << 32) | <u64>load<u32>(in4, IN_INSTRUMENT_ID);
    if (at === 0 || its !== name) {
      name = its;
      at = findOrOpen(its);
    }
    const book = changetype<Book>(at);
    const action = <u32>load<u8>(in1, IN_ACTION);
    const flags = <u32>load<u8>(in1, IN_FLAGS);
    if (flags & F_MAYBE_BAD_BOOK) book.isSuspect = true;
    if (!book.isStarted && !starts(book, action, flags)) return -1 - i;
    const side = <u32>load<u8>(in1, IN_SIDE);
    const size = load<u32>(in4, IN_SIZE);
    let depth = NOTHING;
    // By number of the character: A C M R T; the others leave the book alone and tell nothing.
    if (action === 65) depth = add(book, side, flags, load<u64>(in8, IN_ORDER_ID), load<i64>(in8, IN_PRICE), size);
    else if (action === 67) depth = cancel(book, load<u64>(in8, IN_ORDER_ID), size);
    else if (action === 77)
      depth = modify(book, side, flags, load<u64>(in8, IN_ORDER_ID), load<i64>(in8, IN_PRICE), size);
    else if (action === 84) depth = mode === NOT_AT_ALL ? 0 : trade(book, side, load<i64>(in8, IN_PRICE));
    else if (action === 82) depth = clear(book);
    if (mode === NOT_AT_ALL) continue;
    if (depth !== NOTHING || mode === EVERY) writeRow(book, i, max(0, depth));
    else if (flags & F_LAST) moveLast(book, load<u32>(in4, IN_SEQUENCE));
  }
  return to;
}

/** Only adds, cancels and modifies need to know what rested before. */
function starts(book: Book, action: u32, flags: u32): bool {
  if (action !== 65 && action !== 67 && action !== 77) return true;
  if (!mayStartEmpty && (action !== 65 || (flags & (F_TOB | F_SNAPSHOT)) === 0)) return false;
  book.isStarted = true;
  return true;
}

// What is asked about the books. A book is named by its address; 0 is none.

export function findBook(publisherId: i32, instrumentId: i32): usize {
  if (names === 0) return 0;
  return <usize>load<u32>(namePlace(((<u64>publisherId) << 32) | <u64>(<u32>instrumentId)));
}

/** The book after one in order of appearance, the first after 0. */
export function nextBook(book: usize): usize {
  return book === 0 ? firstBook : changetype<Book>(book).next;
}

/** A piece of memory to write answers to; give it back by `release`. */
export function borrow(bytes: i32): usize {
  return take(<usize>bytes);
}

export function release(piece: usize, bytes: i32): void {
  give(piece, <usize>bytes);
}

/**
 * Facts of a book: name u64; errors u64; orders, levels of the bids, then of the asks, u32; started, suspect u32; then, for each
 * side, the top-of-book record: id u64, price i64, size u64. 88 bytes.
 */
export function describe(book: usize, out: usize): void {
  const it = changetype<Book>(book);
  store<u64>(out, it.name);
  store<u64>(out, it.errors, 8);
  store<u32>(out, it.isStarted, 32);
  store<u32>(out, it.isSuspect, 36);
  for (let at: u32 = 0; at < 2; at++) {
    const side = sideOf(it, at);
    store<u32>(out + (at << 3), side.orders, 16);
    store<u32>(out + (at << 3), side.levels, 20);
    const top = out + <usize>at * 24;
    store<u64>(top, side.topId, 40);
    store<i64>(top, side.topKey ^ side.turn, 48);
    store<u64>(top, side.topSize, 56);
  }
}

/** The best levels of a side (0 bid, 1 ask), 24 bytes each: price i64, size u64, count u32. How many. */
export function levels(book: usize, side: u32, most: i32, out: usize): i32 {
  return writeLevels(sideOf(changetype<Book>(book), side), most, out);
}

/** One level of a side: size u64, count u32. 0 when there is none. */
export function levelAt(book: usize, side: u32, price: i64, out: usize): i32 {
  const its = sideOf(changetype<Book>(book), side);
  return <i32>writeLevel(its, price ^ its.turn, out);
}

/** One order: price i64, size u32, side u32. 0 when it does not rest. */
export function order(book: usize, id: u64, out: usize): i32 {
  const it = changetype<Book>(book);
  const found = findOrder(it, id);
  if (!isLive(it, found)) return 0;
  store<i64>(out, found.key ^ sideOf(it, found.side).turn);
  store<u32>(out, found.size, 8);
  store<u32>(out, found.side, 12);
  return 1;
}

/** All orders in no order, 32 bytes each: id u64, price i64, size u32, side u32, priority u64. How many. */
export function orders(book: usize, out: usize): i32 {
  const it = changetype<Book>(book);
  let written = 0;
  for (let place = 0; place <= it.mask; place++) {
    const order = orderAt(it, place);
    if (!isLive(it, order)) continue;
    store<u64>(out, order.id);
    store<i64>(out, order.key ^ sideOf(it, order.side).turn, 8);
    store<u32>(out, order.size, 16);
    store<u32>(out, order.side, 20);
    store<u64>(out, order.priority, 24);
    out += 32;
    written++;
  }
  return written;
}

/** Where an order stands: price i64, size u32, side u32, orders ahead u64, size ahead u64. 0 when it does not rest. */
export function queue(book: usize, id: u64, out: usize): i32 {
  const it = changetype<Book>(book);
  const order = findOrder(it, id);
  if (!isLive(it, order)) return 0;
  const side = sideOf(it, order.side);
  const hasTop = side.topSize > 0 && side.topKey === order.key;
  let ahead: u64 = hasTop ? 1 : 0;
  let sizeAhead: u64 = hasTop ? side.topSize : 0;
  for (let place = 0; place <= it.mask; place++) {
    const other = orderAt(it, place);
    if (other.priority >= order.priority || other.key !== order.key || other.side !== order.side) continue;
    if (!isLive(it, other)) continue;
    ahead++;
    sizeAhead += other.size;
  }
  store<i64>(out, order.key ^ side.turn);
  store<u32>(out, order.size, 8);
  store<u32>(out, order.side, 12);
  store<u64>(out, ahead, 16);
  store<u64>(out, sizeAhead, 24);
  return 1;
}
