/** From the bytes of records of one kind to columns, column by column over a strip that stays in the cache. */
import { assert } from '#base/assert.js';
import { UNDEF_PRICE, type WideColumn } from '#engine/frame/wide-column.js';
import type { DbnBlock } from './block.js';
import { type BytesField, type Column, type NumberField, setWhole } from './column.js';
import type { Field } from './layout.js';
import { ABSENT, layoutOf, recordTypeOf } from './record-type.js';
import type { Strip } from './strip.js';

/** Fills rows of one column from `count` records, the first of which begins at byte `at`. */
export type ColumnReader = (strip: Strip, at: number, strideBytes: number, count: number, row: number) => void;

/** The largest quantity of versions 1 and 2, which stands for none, as the largest of version 3 does. */
const UNDEF_STAT_QUANTITY_V1 = 2_147_483_647;

/** One reader for each column of the block, for records as long as `strideBytes`. */
export function columnReaders(block: DbnBlock, strideBytes: number): ColumnReader[] {
  const type = recordTypeOf(block.rtype);
  assert(type !== undefined, 'a block is of a known kind');
  const own = layoutOf(type, block.version);
  const fields = new Map(own.fields.map((field) => [field.name, field]));
  const readers = block.columns.map((column) => readerOf(column, fields.get(column.name)));
  if (block.tsOut !== undefined) readers.push(readWide(block.tsOut, strideBytes - 8));
  if (block.extra !== undefined) readers.push(readBytes(block.extra, own.bytes, block.extra.width));
  return readers;
}

function readerOf(column: Column, field: Field | undefined): ColumnReader {
  if (field === undefined) return fillAbsent(column);
  switch (column.store) {
    case 'bytes':
      return readBytes(column, field.at, field.bytes);
    case 'wide':
      return field.bytes === 8 ? readWide(column.wide, field.at) : readWidened(column.wide, field);
    case 'number':
      return readNumbers(column, field.at);
  }
}

/** What a version does not say: what version 3 says when there is nothing to say. */
function fillAbsent(column: Column): ColumnReader {
  const value = ABSENT[column.name] ?? 0n;
  return (_strip, _at, _stride, count, row) => {
    if (column.store === 'bytes') column.bytes.fill(0, row * column.width, (row + count) * column.width);
    else for (let i = row; i < row + count; i++) setWhole(column, i, value);
  };
}

function readWide({ words: to }: WideColumn, fieldAt: number): ColumnReader {
  return ({ words }, at, stride, count, row) => {
    const step = stride >>> 2;
    for (let i = (at + fieldAt) >>> 2, end = i + count * step, out = row * 2; i < end; i += step, out += 2) {
      to[out] = words[i]!;
      to[out + 1] = words[i + 1]!;
    }
  };
}

/** 32 bits of an older version: a quantity is signed and may be none, an instrument id is neither. */
function readWidened({ words: to, values }: WideColumn, { at: fieldAt, type, name }: Field): ColumnReader {
  const isSigned = type === 'i32';
  return ({ words }, at, stride, count, row) => {
    const step = stride >>> 2;
    for (let i = (at + fieldAt) >>> 2, end = i + count * step, to2 = row; i < end; i += step, to2++) {
      const low = words[i]!;
      to[to2 * 2] = low;
      to[to2 * 2 + 1] = isSigned ? (low | 0) >> 31 : 0;
      if (name === 'quantity' && low === UNDEF_STAT_QUANTITY_V1) values[to2] = UNDEF_PRICE;
    }
  };
}

/** One loop for each kind of array: a loop that meets several is slow for all of them. */
function readNumbers({ values, type }: NumberField, fieldAt: number): ColumnReader {
  if (values instanceof Uint32Array) return readU32(values, fieldAt);
  if (values instanceof Int32Array) return readI32(values, fieldAt);
  if (values instanceof Uint16Array) return readU16(values, fieldAt);
  if (values instanceof Int16Array) return readI16(values, fieldAt);
  if (values instanceof Uint8Array) return readU8(values, fieldAt);
  assert(type === 'i8', 'the last kind of number is a signed byte');
  return readI8(values, fieldAt);
}

const readU32 =
  (to: Uint32Array, fieldAt: number): ColumnReader =>
  ({ words }, at, stride, count, row) => {
    const step = stride >>> 2;
    for (let i = (at + fieldAt) >>> 2, out = row; out < row + count; i += step, out++) to[out] = words[i]!;
  };

const readI32 =
  (to: Int32Array, fieldAt: number): ColumnReader =>
  ({ words }, at, stride, count, row) => {
    const step = stride >>> 2;
    for (let i = (at + fieldAt) >>> 2, out = row; out < row + count; i += step, out++) to[out] = words[i]!;
  };

const readU16 =
  (to: Uint16Array, fieldAt: number): ColumnReader =>
  ({ halves }, at, stride, count, row) => {
    const step = stride >>> 1;
    for (let i = (at + fieldAt) >>> 1, out = row; out < row + count; i += step, out++) to[out] = halves[i]!;
  };

const readI16 =
  (to: Int16Array, fieldAt: number): ColumnReader =>
  ({ halves }, at, stride, count, row) => {
    const step = stride >>> 1;
    for (let i = (at + fieldAt) >>> 1, out = row; out < row + count; i += step, out++) to[out] = halves[i]!;
  };

const readU8 =
  (to: Uint8Array, fieldAt: number): ColumnReader =>
  ({ bytes }, at, stride, count, row) => {
    for (let i = at + fieldAt, out = row; out < row + count; i += stride, out++) to[out] = bytes[i]!;
  };

const readI8 =
  (to: Int8Array, fieldAt: number): ColumnReader =>
  ({ bytes }, at, stride, count, row) => {
    for (let i = at + fieldAt, out = row; out < row + count; i += stride, out++) to[out] = bytes[i]!;
  };

/** Text of an older version may be shorter than its column: zeros follow. */
const readBytes =
  ({ bytes: to, width }: BytesField, fieldAt: number, fieldBytes: number): ColumnReader =>
  ({ bytes }, at, stride, count, row) => {
    for (let i = 0; i < count; i++) {
      const from = at + fieldAt + i * stride;
      const out = (row + i) * width;
      for (let k = 0; k < fieldBytes; k++) to[out + k] = bytes[from + k]!;
      if (fieldBytes < width) to.fill(0, out + fieldBytes, out + width);
    }
  };
