/**
 * One book in TypeScript: what each record does to it (dbn.md 5). The twin of assembly/book/rules.ts, written from the rules anew.
 *
 * Every rule answers the depth of the row to tell, or NOTHING when none of the ten shown levels of either side changed.
 */
import { MBP_LEVELS } from '../frame/dbn-block.js';
import { UNDEF_PRICE } from '../frame/wide-column.js';
import { ASK, BID, type SideIndex } from './book-machine.js';
import { type Exact, hasLevel, keyOf, lower, type PlainSide, raise, rankOf } from './plain-side.js';

export const NOTHING = -1;
const BID_CODE = 66;
const ASK_CODE = 65;
export const F_TOB = 64;
/** Depth is one byte. */
const DEPTH_MAX = 255;

export interface PlainOrder {
  readonly id: Exact;
  price: Exact;
  size: number;
  side: SideIndex;
  priority: number;
}

export interface PlainBook {
  readonly orders: Map<Exact, PlainOrder>;
  readonly sides: readonly [PlainSide, PlainSide];
  isStarted: boolean;
  isSuspect: boolean;
  priority: number;
  errors: number;
  /** Counted from the first row of the stream; -1 before it. */
  lastRow: number;
  lastSequence: number;
}

export interface OrderRecord {
  readonly sideCode: number;
  readonly flags: number;
  readonly id: Exact;
  readonly price: Exact;
  readonly size: number;
}

export const openPlainBook = (): PlainBook => ({
  orders: new Map(),
  sides: [
    { isAsk: false, levels: [], top: undefined },
    { isAsk: true, levels: [], top: undefined },
  ],
  isStarted: false,
  isSuspect: false,
  priority: 1,
  errors: 0,
  lastRow: -1,
  lastSequence: 0,
});

const indexOf = (code: number): SideIndex | undefined =>
  code === BID_CODE ? BID : code === ASK_CODE ? ASK : undefined;

function refuse(book: PlainBook): typeof NOTHING {
  book.errors++;
  return NOTHING;
}

/** UNDEF_PRICE is no level: an order there stands nowhere. */
const NOWHERE = Infinity;

function enter(side: PlainSide, price: Exact, size: number): number {
  return price === UNDEF_PRICE ? NOWHERE : raise(side, keyOf(side, price), size, 1);
}

function leave(side: PlainSide, { price }: PlainOrder, size: number, isWhole: boolean): number {
  return price === UNDEF_PRICE ? NOWHERE : lower(side, keyOf(side, price), size, isWhole ? 1 : 0);
}

const shown = (rank: number): number => (rank < MBP_LEVELS ? rank : NOTHING);

function tell(before: number, after: number): number {
  if (Math.min(before, after) >= MBP_LEVELS) return NOTHING;
  return after === NOWHERE ? 0 : Math.min(DEPTH_MAX, after);
}

export function clearBook(book: PlainBook): number {
  book.orders.clear();
  for (const side of book.sides) {
    side.levels = [];
    side.top = undefined;
  }
  book.isStarted = true;
  book.isSuspect = false;
  return 0;
}

export function addOrder(book: PlainBook, record: OrderRecord): number {
  const { sideCode, flags, id, price, size } = record;
  const at = indexOf(sideCode);
  if (at === undefined) return refuse(book);
  if ((flags & F_TOB) !== 0) return replaceTop(book, at, record);
  if (size === 0) return refuse(book);
  const known = book.orders.get(id);
  let before = NOWHERE;
  if (known !== undefined) {
    book.errors++;
    if (known.side === at && known.price === price && known.size === size) {
      known.priority = book.priority++;
      return NOTHING;
    }
    before = leave(book.sides[known.side], known, known.size, true);
  }
  book.orders.set(id, { id, price, size, side: at, priority: book.priority++ });
  return tell(before, enter(book.sides[at], price, size));
}

/** The record is the whole side from now on: it counts as no order. */
function replaceTop(book: PlainBook, at: SideIndex, { id, price, size }: OrderRecord): number {
  book.isStarted = true;
  const side = book.sides[at];
  const key = keyOf(side, price);
  const isEmpty = price === UNDEF_PRICE || size === 0;
  const dropped = [...book.orders.values()].filter((order) => order.side === at);
  const isSame = isEmpty
    ? side.levels.length === 0
    : side.levels.length === 1 && side.top?.key === key && side.top.size === size && dropped.length === 0;
  for (const order of dropped) book.orders.delete(order.id);
  side.levels = [];
  side.top = undefined;
  if (!isEmpty) {
    side.top = { orderId: id, key, size };
    raise(side, key, size, 0);
  }
  return isSame ? NOTHING : 0;
}

export function cancelOrder(book: PlainBook, { id, size }: OrderRecord): number {
  const order = book.orders.get(id);
  if (order === undefined) return cancelTop(book, id, size);
  if (size > order.size) book.errors++;
  const taken = Math.min(size, order.size);
  return taken === 0 ? NOTHING : shown(reduce(book, order, taken));
}

/** Rank of the level before. */
function reduce(book: PlainBook, order: PlainOrder, taken: number): number {
  const isWhole = taken === order.size;
  const rank = leave(book.sides[order.side], order, taken, isWhole);
  order.size -= taken;
  if (isWhole) book.orders.delete(order.id);
  return rank;
}

function cancelTop(book: PlainBook, id: Exact, size: number): number {
  const side = book.sides.find(({ top }) => top?.orderId === id);
  const top = side?.top;
  if (side === undefined || top === undefined) return refuse(book);
  if (size > top.size) book.errors++;
  const taken = Math.min(size, top.size);
  if (taken === 0) return NOTHING;
  top.size -= taken;
  if (top.size === 0) side.top = undefined;
  return shown(lower(side, top.key, taken, 0));
}

export function modifyOrder(book: PlainBook, record: OrderRecord): number {
  const { sideCode, flags, id, price, size } = record;
  const at = indexOf(sideCode);
  if (at === undefined) return refuse(book);
  const order = book.orders.get(id);
  if ((flags & F_TOB) !== 0 || order === undefined) return addOrder(book, record);
  if (order.side !== at) book.errors++;
  if (size === 0) return shown(reduce(book, order, order.size));
  if (order.side === at && order.price === price) return resize(book, order, size);
  const before = leave(book.sides[order.side], order, order.size, true);
  order.side = at;
  order.price = price;
  order.size = size;
  order.priority = book.priority++;
  return tell(before, enter(book.sides[at], price, size));
}

/** An order that shrinks keeps its place; one that grows goes to the tail. */
function resize(book: PlainBook, order: PlainOrder, size: number): number {
  const grown = size - order.size;
  if (grown === 0) return NOTHING;
  order.size = size;
  if (grown > 0) order.priority = book.priority++;
  if (order.price === UNDEF_PRICE) return NOTHING;
  const side = book.sides[order.side];
  const key = keyOf(side, order.price);
  return shown(grown > 0 ? raise(side, key, grown, 0) : lower(side, key, -grown, 0));
}

/** Index of the price on the side that the aggressor met, 0 when it is not shown there. */
export function tradeDepth(book: PlainBook, { sideCode, price }: OrderRecord): number {
  const aggressor = indexOf(sideCode);
  if (aggressor === undefined || price === UNDEF_PRICE) return 0;
  const side = book.sides[aggressor === BID ? ASK : BID];
  const key = keyOf(side, price);
  const rank = rankOf(side, key);
  return rank < MBP_LEVELS && hasLevel(side, key) ? rank : 0;
}
