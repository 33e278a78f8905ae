/**
 * A block of rows as raw columns: how rows travel from the CSV parser (in a worker) to the store without becoming objects.
 *
 * Layouts are those of Arrow: values side by side, `valid` one bit a row (least significant first, 1 = a value), padded to
 * eight bytes and absent when every row has a value; text as UTF-8 bytes with the end of each row's text in `ends`.
 */
import { errors } from '#base/errors.js';
import type { BatchColumn, ColumnBatch, ColumnType } from './port.js';

export type BlockColumn =
  | { readonly type: 'DOUBLE'; readonly values: Float64Array<ArrayBuffer>; readonly valid: Bits | null }
  | { readonly type: 'BIGINT'; readonly values: BigInt64Array<ArrayBuffer>; readonly valid: Bits | null }
  | { readonly type: 'BOOLEAN'; readonly values: Uint8Array<ArrayBuffer>; readonly valid: Bits | null }
  | {
      readonly type: 'VARCHAR';
      readonly ends: Uint32Array<ArrayBuffer>;
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly valid: Bits | null;
    };

export type Bits = Uint8Array<ArrayBuffer>;

export interface ColumnBlock {
  readonly rows: number;
  readonly timestampUs: BigInt64Array<ArrayBuffer>;
  readonly columns: readonly BlockColumn[];
}

export const bitsFor = (rows: number): Bits => new Uint8Array(Math.ceil(rows / 64) * 8).fill(255);

export const clearBit = (bits: Bits, row: number): void => {
  bits[row >> 3]! &= ~(1 << (row & 7));
};

/** Writes a whole number below 2^53 into 64-bit words without making a bigint. */
export function putInt64(words: Uint32Array, row: number, value: number): void {
  const high = Math.floor(value / 4294967296);
  words[2 * row] = value - high * 4294967296;
  words[2 * row + 1] = high;
}

/** Turns a caller's batch into a block; throws timestampInvalid when a time is not whole microseconds from 0 to 2^53. */
export function blockOfBatch(batch: ColumnBatch): ColumnBlock {
  const rows = batch.timestampUs.length;
  const timestampUs = new BigInt64Array(rows);
  const words = new Uint32Array(timestampUs.buffer);
  for (let row = 0; row < rows; row++) {
    const value = batch.timestampUs[row]!;
    if (!Number.isSafeInteger(value) || value < 0) throw errors.timestampInvalid(row, value);
    putInt64(words, row, value);
  }
  return { rows, timestampUs, columns: batch.columns.map(blockColumnOf) };
}

function blockColumnOf(column: BatchColumn): BlockColumn {
  switch (column.type) {
    case 'DOUBLE':
      return { type: 'DOUBLE', values: new Float64Array(column.values), valid: bitsOf(column.values, Number.isFinite) };
    case 'BIGINT': {
      const valid = bitsOf(column.values, isGiven);
      return { type: 'BIGINT', values: BigInt64Array.from(column.values, (value) => BigInt(value ?? 0)), valid };
    }
    case 'BOOLEAN': {
      const valid = bitsOf(column.values, isGiven);
      return { type: 'BOOLEAN', values: Uint8Array.from(column.values, (value) => (value === true ? 1 : 0)), valid };
    }
    case 'VARCHAR':
      return textColumn(column.values);
  }
}

const isGiven = (value: unknown) => value !== null;

function bitsOf<T>(values: ArrayLike<T>, isValid: (value: T) => boolean): Bits | null {
  let bits: Bits | null = null;
  for (let row = 0; row < values.length; row++) {
    if (isValid(values[row]!)) continue;
    bits ??= bitsFor(values.length);
    clearBit(bits, row);
  }
  return bits;
}

function textColumn(values: readonly (string | null)[]): BlockColumn {
  const ends = new Uint32Array(values.length);
  const bytes = Buffer.from(values.map((value) => value ?? '').join(''), 'utf8');
  let end = 0;
  values.forEach((value, row) => {
    end += value === null ? 0 : Buffer.byteLength(value, 'utf8');
    ends[row] = end;
  });
  return { type: 'VARCHAR', ends, bytes: new Uint8Array(bytes), valid: bitsOf(values, isGiven) };
}

/** How one stored type receives another: the wider of BIGINT and DOUBLE, and undefined where they cannot meet. */
export function joinedType(stored: ColumnType, given: ColumnType): ColumnType | undefined {
  if (stored === given) return stored;
  const numeric = (type: ColumnType) => type === 'BIGINT' || type === 'DOUBLE';
  return numeric(stored) && numeric(given) ? 'DOUBLE' : undefined;
}
