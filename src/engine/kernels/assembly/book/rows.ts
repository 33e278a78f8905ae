/** Market-by-price rows: the record's own fields and the ten best levels of both sides, written straight into the columns of a block. */

import {
  ACTION,
  ASK_CT,
  ASK_PX,
  ASK_SZ,
  BID_CT,
  BID_PX,
  BID_SZ,
  DEPTH,
  FLAGS,
  INPUT,
  INSTRUMENT_ID,
  LEVEL,
  OUTPUT,
  OUTPUT_BYTES,
  PRICE,
  PUBLISHER_ID,
  ROWS,
  SEQUENCE,
  SIDE,
  SIZE,
  SUSPECT,
  TS_EVENT,
  TS_IN_DELTA,
  TS_RECV,
} from './layout';
import { COUNTS, KEYS, SIZES, Side } from './levels';
import { Book, sideOf } from './orders';

const F_LAST: u8 = 128;
const SHOWN: i32 = 10;
const U32_MAX: u64 = 0xffffffff;

/** Number of the first row of the block that is being filled, and how many rows it has. */
let blockStart: i64 = 0;
let filled: i32 = 0;

export function rowsFilled(): i32 {
  return filled;
}

/** Begins the other block; what it held is gone. */
export function turnRows(): void {
  blockStart += ROWS;
  filled = 0;
}

function blockOf(row: i64): usize {
  return OUTPUT + (((row / ROWS) & 1) !== 0 ? OUTPUT_BYTES : 0);
}

export function writeRow(book: Book, record: i32, depth: i32): void {
  const row = filled;
  const out = blockOf(blockStart);
  const from8 = (<usize>record) << 3;
  const from4 = (<usize>record) << 2;
  const from2 = (<usize>record) << 1;
  const from1 = <usize>record;
  const to8 = out + ((<usize>row) << 3);
  const to4 = out + ((<usize>row) << 2);
  const to1 = out + <usize>row;
  store<u64>(to8, load<u64>(from8, INPUT + TS_EVENT), TS_EVENT);
  store<u64>(to8, load<u64>(from8, INPUT + PRICE), PRICE);
  store<u64>(to8, load<u64>(from8, INPUT + TS_RECV), TS_RECV);
  store<u32>(to4, load<u32>(from4, INPUT + INSTRUMENT_ID), INSTRUMENT_ID);
  store<u32>(to4, load<u32>(from4, INPUT + SIZE), SIZE);
  store<u32>(to4, load<u32>(from4, INPUT + TS_IN_DELTA), TS_IN_DELTA);
  store<u32>(to4, load<u32>(from4, INPUT + SEQUENCE), SEQUENCE);
  store<u16>(out + ((<usize>row) << 1), load<u16>(from2, INPUT + PUBLISHER_ID), PUBLISHER_ID);
  store<u8>(to1, load<u8>(from1, INPUT + FLAGS), FLAGS);
  store<u8>(to1, load<u8>(from1, INPUT + ACTION), ACTION);
  store<u8>(to1, load<u8>(from1, INPUT + SIDE), SIDE);
  store<u8>(to1, <u8>depth, DEPTH);
  store<u8>(to1, <u8>book.isSuspect, SUSPECT);
  writeLevels(sideOf(book, 0), sideOf(book, 1), to8, to4);
  book.lastRow = blockStart + row;
  book.lastSequence = load<u32>(from4, INPUT + SEQUENCE);
  filled = row + 1;
}

/** The last ten cells of each best block, from the end: those before its first level hold what an absent one shows. */
function writeLevels(bids: Side, asks: Side, to8: usize, to4: usize): void {
  const bidLast = load<i32>(bids.best) - 1;
  const askLast = load<i32>(asks.best) - 1;
  let bid8 = bids.best + ((<usize>bidLast) << 3);
  let ask8 = asks.best + ((<usize>askLast) << 3);
  let bid4 = bids.best + ((<usize>bidLast) << 2);
  let ask4 = asks.best + ((<usize>askLast) << 2);
  let above: u64 = 0;
  for (let level = 0; level < SHOWN; level++) {
    store<i64>(to8, load<i64>(bid8, KEYS), BID_PX);
    store<i64>(to8, ~load<i64>(ask8, KEYS), ASK_PX);
    const bidSize = load<u64>(bid8, SIZES);
    const askSize = load<u64>(ask8, SIZES);
    above |= bidSize | askSize;
    store<u32>(to4, <u32>bidSize, BID_SZ);
    store<u32>(to4, <u32>askSize, ASK_SZ);
    store<u32>(to4, load<u32>(bid4, COUNTS), BID_CT);
    store<u32>(to4, load<u32>(ask4, COUNTS), ASK_CT);
    to8 += LEVEL;
    to4 += LEVEL;
    bid8 -= 8;
    ask8 -= 8;
    bid4 -= 4;
    ask4 -= 4;
  }
  if (above > U32_MAX) limitSizes(bid8 + 8 * SHOWN, ask8 + 8 * SHOWN, to4 - <usize>SHOWN * LEVEL);
}

/** A size column has 32 bits: what does not fit is told as the most that fits. */
function limitSizes(bid8: usize, ask8: usize, to4: usize): void {
  for (let level = 0; level < SHOWN; level++) {
    if (load<u64>(bid8, SIZES) > U32_MAX) store<u32>(to4, <u32>U32_MAX, BID_SZ);
    if (load<u64>(ask8, SIZES) > U32_MAX) store<u32>(to4, <u32>U32_MAX, ASK_SZ);
    to4 += LEVEL;
    bid8 -= 8;
    ask8 -= 8;
  }
}

/** F_LAST of a record that made no row goes to the last row of its event, as long as that row is still held. */
export function moveLast(book: Book, sequence: u32): void {
  if (book.lastRow < 0 || book.lastSequence !== sequence || book.lastRow < blockStart - ROWS) return;
  const at = blockOf(book.lastRow) + <usize>(book.lastRow % ROWS);
  store<u8>(at, load<u8>(at, FLAGS) | F_LAST, FLAGS);
}
