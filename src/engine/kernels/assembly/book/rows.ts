/** Market-by-price rows: the record's own fields and the ten best levels of both sides, written into the columns of a block. */

import {
  ACTION,
  DEPTH,
  FLAGS,
  INPUT,
  INSTRUMENT_ID,
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
import { Book, sideOf } from './orders';
import { stage, unstage } from './shown';

const F_LAST: u8 = 128;

/** Number of the first row of the block that is being filled, and how many rows it has. */
let blockStart: i64 = 0;
let filled: i32 = 0;
/** That block. */
let current: usize = OUTPUT;

export function rowsFilled(): i32 {
  return filled;
}

/** Begins the other block; what it held is gone. */
export function turnRows(): void {
  blockStart += ROWS;
  filled = 0;
  current = blockOf(blockStart);
}

function blockOf(row: i64): usize {
  return OUTPUT + (((row / ROWS) & 1) !== 0 ? OUTPUT_BYTES : 0);
}

export function writeRow(book: Book, record: i32, depth: i32): void {
  const row = filled;
  const out = current;
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
  book.lastRow = blockStart + row;
  book.lastSequence = load<u32>(from4, INPUT + SEQUENCE);
  filled = row + 1;
  if (stage(sideOf(book, 0), sideOf(book, 1))) unstage(out, filled);
}

/** Writes what waits: the columns of levels are whole only then. */
export function settleRows(): void {
  unstage(current, filled);
}

/** F_LAST of a record that made no row goes to the last row of its event, as long as that row is still held. */
export function moveLast(book: Book, sequence: u32): void {
  if (book.lastRow < 0 || book.lastSequence !== sequence || book.lastRow < blockStart - ROWS) return;
  const at = blockOf(book.lastRow) + <usize>(book.lastRow % ROWS);
  store<u8>(at, load<u8>(at, FLAGS) | F_LAST, FLAGS);
}
