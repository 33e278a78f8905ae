/** What a record does to a book (dbn.md 5). Every rule answers the depth of the row to tell, or NOTHING when no shown level changed. */
import { clearSide, DEEP, lower, raise, rankOf, rankShown, Side, UNDEF_PRICE } from './levels';
import { Book, findOrder, isLive, Order, placeOrder, removeOrder, sideOf } from './orders';

export const NOTHING: i32 = -1;
/** Ten levels of each side are shown. */
const SHOWN: i32 = 10;
const BID: u32 = 66;
const ASK: u32 = 65;
const F_TOB: u32 = 64;

/** Counts an inconsistent event, which changes nothing. */
function refuse(book: Book): i32 {
  book.errors++;
  return NOTHING;
}

function isSide(side: u32): bool {
  return side === BID || side === ASK;
}

function shown(rank: i32): i32 {
  return rank < SHOWN ? rank : NOTHING;
}

/** Depth after a change that was shown; a rank that is only known to be deep is counted out. */
function depthAfter(side: Side, key: i64, rank: i32): i32 {
  if (rank < DEEP) return rank;
  return key === (UNDEF_PRICE ^ side.turn) ? 0 : min(DEEP, rankOf(side, key));
}

/** UNDEF_PRICE is no level: an order there changes none. */
function enter(side: Side, key: i64, size: u32): i32 {
  return key === (UNDEF_PRICE ^ side.turn) ? DEEP : raise(side, key, size, 1);
}

function leave(side: Side, key: i64, size: u32, isWhole: bool): i32 {
  return key === (UNDEF_PRICE ^ side.turn) ? DEEP : lower(side, key, size, <u32>isWhole);
}

export function clear(book: Book): i32 {
  clearSide(sideOf(book, 0), book.priority);
  clearSide(sideOf(book, 1), book.priority);
  book.isStarted = true;
  book.isSuspect = false;
  return 0;
}

export function add(book: Book, sideCode: u32, flags: u32, id: u64, price: i64, size: u32): i32 {
  if (!isSide(sideCode)) return refuse(book);
  const at: u32 = sideCode === ASK ? 1 : 0;
  const side = sideOf(book, at);
  const key = price ^ side.turn;
  if (flags & F_TOB) return replaceTop(book, side, id, price, size);
  if (size === 0) return refuse(book);
  let order = findOrder(book, id);
  let left = DEEP;
  if (isLive(book, order)) {
    book.errors++;
    if (order.side === at && order.key === key && order.size === size) {
      order.priority = book.priority++;
      return NOTHING;
    }
    const old = sideOf(book, order.side);
    left = leave(old, order.key, order.size, true);
    old.orders--;
  } else if (order.priority === 0) {
    order = placeOrder(book, order, id);
  }
  order.key = key;
  order.size = size;
  order.side = at;
  order.priority = book.priority++;
  side.orders++;
  const rank = enter(side, key, size);
  return min(left, rank) < SHOWN ? depthAfter(side, key, rank) : NOTHING;
}

/** The record is the whole side from now on: it counts as no order. */
function replaceTop(book: Book, side: Side, id: u64, price: i64, size: u32): i32 {
  book.isStarted = true;
  const key = price ^ side.turn;
  const isEmpty = price === UNDEF_PRICE || size === 0;
  const isSame = isEmpty
    ? side.levels === 0
    : side.levels === 1 && side.topSize === size && side.topKey === key && side.orders === 0;
  clearSide(side, book.priority);
  if (!isEmpty) {
    side.topId = id;
    side.topKey = key;
    side.topSize = size;
    raise(side, key, size, 0);
  }
  return isSame ? NOTHING : 0;
}

export function cancel(book: Book, id: u64, size: u32): i32 {
  const order = findOrder(book, id);
  if (!isLive(book, order)) return cancelTop(book, id, size);
  if (size > order.size) book.errors++;
  const taken = min(size, order.size);
  return taken === 0 ? NOTHING : shown(reduce(book, order, taken));
}

/** Rank of the level before. */
function reduce(book: Book, order: Order, taken: u32): i32 {
  const side = sideOf(book, order.side);
  const isWhole = taken === order.size;
  const rank = leave(side, order.key, taken, isWhole);
  if (isWhole) {
    removeOrder(book, order);
    side.orders--;
  } else {
    order.size -= taken;
  }
  return rank;
}

function cancelTop(book: Book, id: u64, size: u32): i32 {
  for (let at: u32 = 0; at < 2; at++) {
    const side = sideOf(book, at);
    if (side.topSize === 0 || side.topId !== id) continue;
    if (size > side.topSize) book.errors++;
    const taken = min(size, side.topSize);
    if (taken === 0) return NOTHING;
    side.topSize -= taken;
    return shown(lower(side, side.topKey, taken, 0));
  }
  return refuse(book);
}

export function modify(book: Book, sideCode: u32, flags: u32, id: u64, price: i64, size: u32): i32 {
  if (!isSide(sideCode)) return refuse(book);
  const order = findOrder(book, id);
  if (flags & F_TOB || !isLive(book, order)) return add(book, sideCode, flags, id, price, size);
  const at: u32 = sideCode === ASK ? 1 : 0;
  if (order.side !== at) book.errors++;
  if (size === 0) return shown(reduce(book, order, order.size));
  const side = sideOf(book, at);
  const key = price ^ side.turn;
  if (order.side === at && order.key === key) return resize(book, side, order, size);
  const old = sideOf(book, order.side);
  const left = leave(old, order.key, order.size, true);
  old.orders--;
  side.orders++;
  const rank = enter(side, key, size);
  order.key = key;
  order.size = size;
  order.side = at;
  order.priority = book.priority++;
  return min(left, rank) < SHOWN ? depthAfter(side, key, rank) : NOTHING;
}

/** An order that shrinks keeps its place; one that grows goes to the tail. */
function resize(book: Book, side: Side, order: Order, size: u32): i32 {
  const before = order.size;
  if (size === before) return NOTHING;
  order.size = size;
  if (size > before) order.priority = book.priority++;
  if (order.key === (UNDEF_PRICE ^ side.turn)) return NOTHING;
  const rank = size > before ? raise(side, order.key, size - before, 0) : lower(side, order.key, before - size, 0);
  return shown(rank);
}

/** Index of the price on the side that the aggressor met, 0 when it is not shown there. */
export function trade(book: Book, sideCode: u32, price: i64): i32 {
  if (!isSide(sideCode) || price === UNDEF_PRICE) return 0;
  const side = sideOf(book, sideCode === BID ? 1 : 0);
  return max(0, rankShown(side, price ^ side.turn));
}
