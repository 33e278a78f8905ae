/** How the bytes of one kind of record lie: its fields with their types and places. One table for reading, writing and text. */
import { assert } from '#base/assert.js';

/**
 * `price` is a signed 64-bit count of 1e-9, `time` unsigned nanoseconds since the epoch; `text` is NUL-padded, `bytes` are reserved
 * ones, carried along and never shown. The name of a field is the format's own.
 */
export type FieldType =
  | 'u8'
  | 'i8'
  | 'char'
  | 'u16'
  | 'i16'
  | 'u32'
  | 'i32'
  | 'u64'
  | 'i64'
  | 'price'
  | 'time'
  | 'text'
  | 'bytes';

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** Bytes from the start of the record. */
  readonly at: number;
  readonly bytes: number;
}

export interface Layout {
  readonly bytes: number;
  readonly fields: readonly Field[];
}

/** Length, rtype, publisher_id, instrument_id and ts_event stand first in every record. */
export const HEADER_BYTES = 16;

const BYTES: Readonly<Record<string, number>> = {
  u8: 1,
  i8: 1,
  char: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  u64: 8,
  i64: 8,
  price: 8,
  time: 8,
};

const HEADER: readonly Field[] = [
  { name: 'publisher_id', type: 'u16', at: 2, bytes: 2 },
  { name: 'instrument_id', type: 'u32', at: 4, bytes: 4 },
  { name: 'ts_event', type: 'time', at: 8, bytes: 8 },
];

/**
 * The fields after the header in the order of their bytes, as words: `price:i64`, `raw_symbol:text71`, and `-7` for seven
 * reserved bytes. Every byte is named, so every byte is carried.
 */
export function layout(bytes: number, words: string): Layout {
  let at = HEADER_BYTES;
  const fields = words
    .trim()
    .split(/\s+/)
    .map((word): Field => {
      const field = fieldOf(word, at);
      // Numbers lie on multiples of their size: the reader relies on it.
      assert(BYTES[field.type] === undefined || at % field.bytes === 0, `${word} is aligned`);
      at += field.bytes;
      return field;
    });
  assert(at === bytes && bytes % 8 === 0, `a record of ${bytes} bytes is described whole, not to ${at}`);
  return { bytes, fields: [...HEADER, ...fields] };
}

function fieldOf(word: string, at: number): Field {
  if (word.startsWith('-')) return { name: `reserved_${at}`, type: 'bytes', at, bytes: Number(word.slice(1)) };
  const [name = '', type = ''] = word.split(':');
  if (type.startsWith('text')) return { name, type: 'text', at, bytes: Number(type.slice(4)) };
  const bytes = BYTES[type];
  assert(bytes !== undefined, `${type} is a type`);
  return { name, type: type as FieldType, at, bytes };
}
