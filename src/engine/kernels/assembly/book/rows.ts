/** Market-by-price rows: the record's own fields and the ten best levels of both sides, written into the columns of a block. */

import {
  ACTION,
  DEPTH,
  FLAGS,
  IN_ACTION,
  IN_FLAGS,
  IN_INSTRUMENT_ID,
  IN_PRICE,
  IN_PUBLISHER_ID,
  IN_SEQUENCE,
  IN_SIDE,
  IN_SIZE,
  IN_TS_EVENT,
  IN_TS_IN_DELTA,
  IN_TS_RECV,
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

/** The block of records that is read; and of rows that follow each other as their records do, the first record and the first row. */
let input: usize = 0;
let firstRecord: i32 = 0;
let firstRow: i32 = 0;

export function readFrom(block: usize): void {
  input = block;
  firstRow = filled;
  firstRecord = -1;
}

export function writeRow(book: Book, record: i32, depth: i32): void {
  const row = filled;
  if (record - firstRecord !== row - firstRow) {
    settleEvents();
    firstRecord = record;
  }
  const to1 = current + <usize>row;
  store<u8>(to1, <u8>depth, DEPTH);
  store<u8>(to1, <u8>book.isSuspect, SUSPECT);
  book.lastRow = blockStart + row;
  filled = row + 1;
  if (stage(sideOf(book, 0), sideOf(book, 1))) unstage(current, filled);
}

/**
 * Copies the records' own fields of the rows that wait for them, a column at a time. It goes by sixteen bytes and so beyond the last
 * row: into rows that are yet to come, and into the line that every column has to spare.
 */
export function settleEvents(): void {
  const rows = <usize>(filled - firstRow);
  if (rows === 0) return;
  const from1 = input + <usize>firstRecord;
  const from2 = input + ((<usize>firstRecord) << 1);
  const from4 = input + ((<usize>firstRecord) << 2);
  const from8 = input + ((<usize>firstRecord) << 3);
  const to1 = current + <usize>firstRow;
  const to2 = current + ((<usize>firstRow) << 1);
  const to4 = current + ((<usize>firstRow) << 2);
  const to8 = current + ((<usize>firstRow) << 3);
  for (let at: usize = 0; at < rows << 3; at += 16) {
    v128.store(to8 + at, v128.load(from8 + at, IN_TS_EVENT), TS_EVENT);
    v128.store(to8 + at, v128.load(from8 + at, IN_PRICE), PRICE);
    v128.store(to8 + at, v128.load(from8 + at, IN_TS_RECV), TS_RECV);
  }
  for (let at: usize = 0; at < rows << 2; at += 16) {
    v128.store(to4 + at, v128.load(from4 + at, IN_INSTRUMENT_ID), INSTRUMENT_ID);
    v128.store(to4 + at, v128.load(from4 + at, IN_SIZE), SIZE);
    v128.store(to4 + at, v128.load(from4 + at, IN_TS_IN_DELTA), TS_IN_DELTA);
    v128.store(to4 + at, v128.load(from4 + at, IN_SEQUENCE), SEQUENCE);
  }
  for (let at: usize = 0; at < rows << 1; at += 16)
    v128.store(to2 + at, v128.load(from2 + at, IN_PUBLISHER_ID), PUBLISHER_ID);
  for (let at: usize = 0; at < rows; at += 16) {
    v128.store(to1 + at, v128.load(from1 + at, IN_FLAGS), FLAGS);
    v128.store(to1 + at, v128.load(from1 + at, IN_ACTION), ACTION);
    v128.store(to1 + at, v128.load(from1 + at, IN_SIDE), SIDE);
  }
  firstRow = filled;
}

/** Writes what waits: the columns of levels are whole only then. */
export function settleRows(): void {
  unstage(current, filled);
}

/** F_LAST of a record that made no row goes to the last row of its event, as long as that row is still held. */
export function moveLast(book: Book, sequence: u32): void {
  if (book.lastRow < 0 || book.lastRow < blockStart - ROWS) return;
  settleEvents();
  const row = <usize>(book.lastRow % ROWS);
  const block = blockOf(book.lastRow);
  if (load<u32>(block + (row << 2), SEQUENCE) !== sequence) return;
  store<u8>(block + row, load<u8>(block + row, FLAGS) | F_LAST, FLAGS);
}
