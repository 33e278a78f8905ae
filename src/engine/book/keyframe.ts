/**
 * A keyframe: the whole of all books as bytes, every order with its place in the queue, and back exactly.
 *
 * Layout, little-endian. Head: "ALBK", version u32, books u32, padding u32, `tsNs` u64, `records` u64. Then for each book, in order of
 * appearance: publisher u32, instrument u32, flags u32 (1 started, 2 suspect), errors u32, and for bids, then asks: top-of-book record
 * (id u64, price i64, size u32, padding u32), levels u32, padding u32, and per level, best first: price i64, orders u32, padding u32,
 * then per order, first in the queue first: id u64, and after all ids of the level their sizes u32, padded to 8 bytes.
 * So an order takes 12 bytes and a level 16: 6,000 orders at 200 levels are 75 kB, 100,000 orders 1.2 MB.
 */
import { errors } from '#base/errors.js';
import { type MboBlock, placeMboBlock } from '../frame/dbn-block.js';
import { setWide, UNDEF_PRICE } from '../frame/wide-column.js';
import type { KernelHost } from '../kernels/kernel.js';
import {
  ASK,
  BID,
  type BookFacts,
  type Instrument,
  type OrderColumns,
  type SideIndex,
  type TopRecord,
} from './book-machine.js';
import { createOrderBooks, type OrderBooks } from './order-books.js';

const MAGIC = 0x4b424c41;
const VERSION = 1;
const HEAD_BYTES = 32;
const BOOK_BYTES = 16;
const SIDE_BYTES = 32;
const LEVEL_BYTES = 16;
const [STARTED, SUSPECT] = [1, 2] as const;

/** Where in its stream a keyframe stands: after `records` records, the last of which has the time `tsNs` on the clock in use. */
export interface KeyframePlace {
  readonly tsNs: bigint;
  readonly records: number;
}

export interface Keyframe extends KeyframePlace {
  readonly books: OrderBooks;
  /** Inconsistent events before it, which the restored books do not count again. */
  readonly errorsBefore: number;
}

interface Level {
  readonly price: bigint;
  readonly from: number;
  readonly to: number;
}

/** Cost: one sort of all orders, some 30 ms for 100,000. */
export function saveKeyframe(books: OrderBooks, place: KeyframePlace): Uint8Array {
  const parts = books.instruments().map((instrument) => {
    const orders = books.orders(instrument);
    const levels: [Level[], Level[]] = [levelsOf(orders, BID), levelsOf(orders, ASK)];
    return { instrument, facts: books.facts(instrument)!, orders, levels };
  });
  const bytes = parts.reduce(
    (sum, { levels }) => sum + BOOK_BYTES + levels.flat().reduce(addLevel, 2 * SIDE_BYTES),
    HEAD_BYTES,
  );
  const view = new DataView(new ArrayBuffer(bytes));
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, parts.length, true);
  view.setBigUint64(16, place.tsNs, true);
  view.setBigUint64(24, BigInt(place.records), true);
  let at = HEAD_BYTES;
  for (const { instrument, facts, orders, levels } of parts) {
    at = writeBook(view, at, instrument, facts);
    for (const side of [BID, ASK] as const) at = writeSide(view, at, facts.tops[side], levels[side], orders);
  }
  return new Uint8Array(view.buffer);
}

const sizesBytes = (orders: number): number => (orders * 4 + 7) & ~7;
const addLevel = (sum: number, { from, to }: Level): number =>
  sum + LEVEL_BYTES + 8 * (to - from) + sizesBytes(to - from);

/** Runs of one price; orders without one stand with the undefined price, as they rest at no level. */
function levelsOf({ rows, side, price }: OrderColumns, wanted: SideIndex): Level[] {
  const levels: Level[] = [];
  for (let row = 0; row < rows; ) {
    const from = row;
    while (row < rows && side[row] === side[from] && price[row] === price[from]) row++;
    if (side[from] === wanted) levels.push({ price: price[from]!, from, to: row });
  }
  return levels;
}

function writeBook(view: DataView, at: number, { publisherId, instrumentId }: Instrument, facts: BookFacts): number {
  view.setUint32(at, publisherId, true);
  view.setUint32(at + 4, instrumentId, true);
  view.setUint32(at + 8, (facts.isStarted ? STARTED : 0) | (facts.isSuspect ? SUSPECT : 0), true);
  view.setUint32(at + 12, Math.min(0xffffffff, facts.errors), true);
  return at + BOOK_BYTES;
}

function writeSide(
  view: DataView,
  start: number,
  top: TopRecord | undefined,
  levels: readonly Level[],
  orders: OrderColumns,
): number {
  view.setBigUint64(start, top?.orderId ?? 0n, true);
  view.setBigInt64(start + 8, top?.price ?? 0n, true);
  view.setUint32(start + 16, top?.size ?? 0, true);
  view.setUint32(start + 24, levels.length, true);
  let at = start + SIDE_BYTES;
  for (const { price, from, to } of levels) {
    view.setBigInt64(at, price, true);
    view.setUint32(at + 8, to - from, true);
    const ids = at + LEVEL_BYTES;
    const sizes = ids + 8 * (to - from);
    for (let row = from; row < to; row++) {
      view.setBigUint64(ids + 8 * (row - from), orders.orderId[row]!, true);
      view.setUint32(sizes + 4 * (row - from), orders.size[row]!, true);
    }
    at = sizes + sizesBytes(to - from);
  }
  return at;
}

/** The place of a keyframe without its books. Errors: keyframe_invalid. */
export function keyframePlace(bytes: Uint8Array): KeyframePlace {
  const view = viewOf(bytes);
  return { tsNs: view.getBigUint64(16, true), records: Number(view.getBigUint64(24, true)) };
}

function viewOf(bytes: Uint8Array): DataView {
  if (bytes.length < HEAD_BYTES) throw errors.keyframeInvalid('it is shorter than its head');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0, true) !== MAGIC) throw errors.keyframeInvalid('it does not begin as one');
  if (view.getUint32(4, true) !== VERSION)
    throw errors.keyframeInvalid(`version ${view.getUint32(4, true)} is unknown`);
  return view;
}

/**
 * The books as they were, by applying each as a snapshot of market-by-order records. Errors: keyframe_invalid for bytes that are
 * none, end early or go on after their end.
 */
export function restoreKeyframe(
  bytes: Uint8Array,
  options: { readonly host?: KernelHost | undefined; readonly mayStartEmpty?: boolean } = {},
): Keyframe {
  const view = viewOf(bytes);
  const books = createOrderBooks(options);
  let errorsBefore = 0;
  let at = HEAD_BYTES;
  try {
    for (let left = view.getUint32(8, true); left > 0; left--) {
      const instrument = { publisherId: view.getUint32(at, true), instrumentId: view.getUint32(at + 4, true) };
      const flags = view.getUint32(at + 8, true);
      errorsBefore += view.getUint32(at + 12, true);
      const writer = snapshotWriter(books, instrument, flags);
      at = readSide(view, at + BOOK_BYTES, BID, writer);
      at = readSide(view, at, ASK, writer);
      writer.end();
    }
  } catch (cause) {
    if (cause instanceof RangeError) throw errors.keyframeInvalid('it ends before its last book');
    throw cause;
  }
  if (at !== bytes.length) throw errors.keyframeInvalid('it goes on after its last book');
  return { books, errorsBefore, ...keyframePlace(bytes) };
}

const [ADD, CLEAR, NONE] = [65, 82, 78] as const;
const [CODE_BID, CODE_ASK] = [66, 65] as const;
const F_TOB = 64;
const F_SNAPSHOT = 32;
const F_MAYBE_BAD_BOOK = 4;
const BLOCK_ROWS = 2048;

interface SnapshotWriter {
  add(side: SideIndex, id: bigint, price: bigint, size: number, flags: number): void;
  end(): void;
}

function snapshotWriter(books: OrderBooks, { publisherId, instrumentId }: Instrument, flags: number): SnapshotWriter {
  const block: MboBlock = placeMboBlock(BLOCK_ROWS);
  block.publisherId.fill(publisherId);
  block.instrumentId.fill(instrumentId);
  function flush(): void {
    books.apply(block);
    block.rows = 0;
  }
  function write(action: number, side: number, id: bigint, price: bigint, size: number, its: number): void {
    if (block.rows === BLOCK_ROWS) flush();
    const row = block.rows++;
    block.action[row] = action;
    block.side[row] = side;
    block.flags[row] = its;
    block.size[row] = size;
    setWide(block.orderId, row, id);
    setWide(block.price, row, price);
  }
  if ((flags & STARTED) !== 0) write(CLEAR, NONE, 0n, UNDEF_PRICE, 0, F_SNAPSHOT);
  return {
    add: (side, id, price, size, its) =>
      write(ADD, side === BID ? CODE_BID : CODE_ASK, id, price, size, its | F_SNAPSHOT),
    end() {
      // A record that does nothing names the book, and tells of the gap that made it suspect.
      write(NONE, NONE, 0n, UNDEF_PRICE, 0, (flags & SUSPECT) !== 0 ? F_MAYBE_BAD_BOOK : 0);
      flush();
    },
  };
}

function readSide(view: DataView, start: number, side: SideIndex, writer: SnapshotWriter): number {
  const topSize = view.getUint32(start + 16, true);
  // The top-of-book record dropped all that rested before it, so it is older than any order.
  if (topSize > 0) writer.add(side, view.getBigUint64(start, true), view.getBigInt64(start + 8, true), topSize, F_TOB);
  let at = start + SIDE_BYTES;
  for (let levels = view.getUint32(start + 24, true); levels > 0; levels--) {
    const price = view.getBigInt64(at, true);
    const orders = view.getUint32(at + 8, true);
    const ids = at + LEVEL_BYTES;
    const sizes = ids + 8 * orders;
    for (let order = 0; order < orders; order++)
      writer.add(side, view.getBigUint64(ids + 8 * order, true), price, view.getUint32(sizes + 4 * order, true), 0);
    at = sizes + sizesBytes(orders);
  }
  return at;
}
