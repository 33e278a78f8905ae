/** From columns to the bytes of records, column by column; a value that an older version has no room for is refused by name. */
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import { UNDEF_PRICE, type WideColumn } from '#engine/frame/wide-column.js';
import type { DbnBlock } from './block.js';
import { type BytesField, type Column, textAt, type WideField, wholeAt } from './column.js';
import type { Field, Layout } from './layout.js';
import { ABSENT } from './record-type.js';

/** The bytes of records, which begin on a multiple of eight. */
export interface Target {
  readonly words: Uint32Array;
  readonly halves: Uint16Array;
  readonly bytes: Uint8Array;
}

export interface Rows {
  readonly from: number;
  readonly count: number;
  readonly strideBytes: number;
  /** The records came in this layout: what a text place held, it holds again. */
  readonly isOwn: boolean;
}

const UNDEF_STAT_QUANTITY_V1 = 2_147_483_647;

/** Writes rows of one field. */
export type FieldWriter = (target: Target, rows: Rows) => void;

/** A writer for every field of the layout; what the block does not say is what its version says when there is nothing to say. */
export function fieldWriters(block: DbnBlock, layout: Layout): FieldWriter[] {
  const columns = new Map(block.columns.map((column) => [column.name, column]));
  const writers = layout.fields.map((field): FieldWriter => {
    const column = columns.get(field.name);
    if (column === undefined) return (target, rows) => writeAbsent(field, target, rows);
    return (target, rows) => writeField(column, field, target, rows);
  });
  const { extra } = block;
  if (extra === undefined) return writers;
  const place: Field = { ...EXTRA, at: layout.bytes, bytes: extra.width };
  return [...writers, (target, rows) => writeBytes(extra, place, target, rows)];
}

const EXTRA = { name: 'extra', type: 'bytes' } as const;

function writeField(column: Column, field: Field, target: Target, rows: Rows): void {
  if (column.store === 'bytes') {
    if (!rows.isOwn && field.type === 'text' && field.bytes < column.width) checkText(column, field, rows);
    writeBytes(column, field, target, rows);
  } else if (column.store === 'wide') {
    if (field.bytes === 8) writeWide(column.wide, field.at, target, rows);
    else writeNarrowed(column, field, target, rows);
  } else if (field.bytes === 4) write32(column.values, field.at, target, rows);
  else if (field.bytes === 2) write16(column.values, field.at, target, rows);
  else write8(column.values, field.at, target, rows);
}

function writeAbsent({ name, at, bytes }: Field, target: Target, { count, strideBytes }: Rows): void {
  const value = ABSENT[name];
  if (value === undefined) return;
  for (let i = 0; i < count; i++)
    for (let k = 0; k < bytes; k++) target.bytes[at + i * strideBytes + k] = Number((value >> BigInt(8 * k)) & 0xffn);
}

export function writeWide({ words }: WideColumn, at: number, target: Target, { from, count, strideBytes }: Rows): void {
  const to = target.words;
  const step = strideBytes >>> 2;
  for (let i = from * 2, out = at >>> 2, end = i + count * 2; i < end; i += 2, out += step) {
    to[out] = words[i]!;
    to[out + 1] = words[i + 1]!;
  }
}

/** 64 bits into 32 of an older version: "none" stays none, and whatever does not fit is an error. */
function writeNarrowed(column: WideField, field: Field, target: Target, { from, count, strideBytes }: Rows): void {
  const isSigned = field.type === 'i32';
  const [min, max] = isSigned ? [-2_147_483_648n, 2_147_483_647n] : [0n, 4_294_967_295n];
  for (let i = 0; i < count; i++) {
    const value = wholeAt(column, from + i);
    const isNone = isSigned && value === UNDEF_PRICE;
    if (!isNone && (value < min || value > max || (isSigned && value === max)))
      throw errors.dbnValueUnfit(field.name, from + i, `${value} does not fit 32 bits`);
    target.words[(field.at + i * strideBytes) >>> 2] = isNone
      ? UNDEF_STAT_QUANTITY_V1
      : Number(BigInt.asUintN(32, value));
  }
}

type Numbers = { readonly [row: number]: number };

function write32(values: Numbers, at: number, { words }: Target, { from, count, strideBytes }: Rows): void {
  const step = strideBytes >>> 2;
  for (let i = from, out = at >>> 2, end = from + count; i < end; i++, out += step) words[out] = values[i]!;
}

function write16(values: Numbers, at: number, { halves }: Target, { from, count, strideBytes }: Rows): void {
  const step = strideBytes >>> 1;
  for (let i = from, out = at >>> 1, end = from + count; i < end; i++, out += step) halves[out] = values[i]!;
}

function write8(values: Numbers, at: number, { bytes }: Target, { from, count, strideBytes }: Rows): void {
  for (let i = from, out = at, end = from + count; i < end; i++, out += strideBytes) bytes[out] = values[i]!;
}

function writeBytes(column: BytesField, field: Field, target: Target, { from, count, strideBytes }: Rows): void {
  const length = Math.min(column.width, field.bytes);
  assert(field.type === 'text' || column.width === field.bytes, 'reserved bytes are as many as they were');
  for (let i = 0; i < count; i++) {
    const start = (from + i) * column.width;
    const out = field.at + i * strideBytes;
    for (let k = 0; k < length; k++) target.bytes[out + k] = column.bytes[start + k]!;
  }
}

/** A shorter place has to hold the text and its NUL. */
function checkText(column: BytesField, field: Field, { from, count }: Rows): void {
  for (let row = from; row < from + count; row++) {
    const text = textAt(column, row);
    if (text.length >= field.bytes)
      throw errors.dbnValueUnfit(field.name, row, `"${text}" does not fit ${field.bytes - 1} characters`);
  }
}
