/** One field of many records: a typed array, a wide column, or fixed-length bytes side by side. */
import { assert } from '#base/assert.js';
import { placeWide, type WideColumn } from '#engine/frame/wide-column.js';
import type { Field, FieldType } from './layout.js';

export type NumberArray = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;

interface Named {
  readonly name: string;
  readonly type: FieldType;
}

export interface WideField extends Named {
  readonly store: 'wide';
  readonly wide: WideColumn;
}

export interface NumberField extends Named {
  readonly store: 'number';
  readonly values: NumberArray;
}

/** Row i is `bytes[i * width]` and the `width - 1` bytes after it. */
export interface BytesField extends Named {
  readonly store: 'bytes';
  readonly width: number;
  readonly bytes: Uint8Array;
}

export type Column = WideField | NumberField | BytesField;

export const wideField = (name: string, type: FieldType, wide: WideColumn): WideField => ({
  name,
  type,
  store: 'wide',
  wide,
});

export const numberField = (name: string, type: FieldType, values: NumberArray): NumberField => ({
  name,
  type,
  store: 'number',
  values,
});

/** A column of zeros with room for `rows` rows. */
export function makeColumn({ name, type, bytes }: Field, rows: number): Column {
  switch (type) {
    case 'u64':
    case 'i64':
    case 'price':
    case 'time':
      return wideField(name, type, placeWide(rows));
    case 'u32':
      return numberField(name, type, new Uint32Array(rows));
    case 'i32':
      return numberField(name, type, new Int32Array(rows));
    case 'u16':
      return numberField(name, type, new Uint16Array(rows));
    case 'i16':
      return numberField(name, type, new Int16Array(rows));
    case 'i8':
      return numberField(name, type, new Int8Array(rows));
    case 'u8':
    case 'char':
      return numberField(name, type, new Uint8Array(rows));
    case 'text':
    case 'bytes':
      return { name, type, store: 'bytes', width: bytes, bytes: new Uint8Array(rows * bytes) };
  }
}

/** The first `rows` rows in memory of their own. */
export function copyColumn(column: Column, rows: number): Column {
  switch (column.store) {
    case 'wide': {
      const wide = placeWide(rows);
      wide.words.set(column.wide.words.subarray(0, rows * 2));
      return { ...column, wide };
    }
    case 'number':
      return { ...column, values: column.values.slice(0, rows) };
    case 'bytes':
      return { ...column, bytes: column.bytes.slice(0, rows * column.width) };
  }
}

/** A whole number of any column of numbers, exact; wide ones as the type says, signed or not. */
export function wholeAt(column: Column, row: number): bigint {
  assert(column.store !== 'bytes', `${column.name} holds numbers`);
  if (column.store === 'number') return BigInt(column.values[row]!);
  const value = column.wide.values[row]!;
  return column.type === 'u64' || column.type === 'time' ? BigInt.asUintN(64, value) : value;
}

/** Keeps the low bits that the column has room for: whoever writes has checked. */
export function setWhole(column: Column, row: number, value: bigint): void {
  assert(column.store !== 'bytes', `${column.name} holds numbers`);
  if (column.store === 'wide') column.wide.values[row] = value;
  else column.values[row] = Number(value);
}

/** Text up to its NUL, each byte a character: ASCII by the format, and whatever else comes is kept. */
export function textAt({ bytes, width }: BytesField, row: number): string {
  const start = row * width;
  let end = start;
  while (end < start + width && bytes[end] !== 0) end++;
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}

/** False when the text does not fit with the NUL that ends it, or is not made of single bytes. */
export function setText({ bytes, width }: BytesField, row: number, text: string): boolean {
  if (text.length >= width) return false;
  const start = row * width;
  bytes.fill(0, start, start + width);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0 || code > 255) return false;
    bytes[start + at] = code;
  }
  return true;
}
