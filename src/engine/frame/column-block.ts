/**
 * Columns side by side in one buffer, laid out so that a WASM kernel or another thread reads them where they are.
 *
 * Every column begins on a cache line. The distance between columns is an odd number of cache lines: at a power of two the same row
 * of all columns would fall into the same few cache sets, and a loop over columns would evict what it needs next.
 *
 * Nulls: in a `f64` column NaN is "not known". Whole numbers have no such value, so a nullable `i32` or `u8` column has a byte a row
 * beside it, 1 where the number is known.
 */
import { assert } from '#base/assert.js';

export type ColumnKind = 'f64' | 'i32' | 'u8';

export interface ColumnSpec {
  readonly name: string;
  readonly kind: ColumnKind;
  /** For whole numbers; a `f64` column always can be NaN. */
  readonly isNullable?: boolean;
}

export interface ColumnBlock {
  readonly rows: number;
  readonly buffer: ArrayBufferLike;
  readonly columns: readonly BlockColumn[];
}

export type BlockColumn =
  | { readonly name: string; readonly kind: 'f64'; readonly values: Float64Array }
  | { readonly name: string; readonly kind: 'i32'; readonly values: Int32Array; readonly isKnown?: Uint8Array }
  | { readonly name: string; readonly kind: 'u8'; readonly values: Uint8Array; readonly isKnown?: Uint8Array };

const LINE_BYTES = 64;
const BYTES: Readonly<Record<ColumnKind, number>> = { f64: 8, i32: 4, u8: 1 };

/** Bytes from one column's first value to the next one's: an odd number of cache lines, three at least, so never a power of two. */
export function strideBytes(rows: number, kind: ColumnKind): number {
  const lines = Math.max(3, Math.ceil((rows * BYTES[kind]) / LINE_BYTES));
  return (lines % 2 === 0 ? lines + 1 : lines) * LINE_BYTES;
}

const spaceOf = (rows: number, { kind, isNullable }: ColumnSpec): number =>
  strideBytes(rows, kind) + (hasBytes(kind, isNullable) ? strideBytes(rows, 'u8') : 0);

const hasBytes = (kind: ColumnKind, isNullable = false): boolean => isNullable && kind !== 'f64';

/** How many bytes a block takes. */
export const blockBytes = (specs: readonly ColumnSpec[], rows: number): number =>
  specs.reduce((sum, spec) => sum + spaceOf(rows, spec), 0);

/**
 * Columns of `rows` rows in a buffer from `offset` on (a multiple of 64): the memory of a WASM instance, a SharedArrayBuffer, or a new
 * buffer when none is given. A new one begins as zeros, and nullable columns as null; a given one keeps what it holds.
 */
export function placeColumns(
  specs: readonly ColumnSpec[],
  rows: number,
  buffer: ArrayBufferLike = new ArrayBuffer(blockBytes(specs, rows)),
  offset = 0,
): ColumnBlock {
  assert(Number.isInteger(rows) && rows >= 0, 'rows are counted');
  assert(offset % LINE_BYTES === 0, 'a block begins on a cache line');
  assert(offset + blockBytes(specs, rows) <= buffer.byteLength, 'the block fits its buffer');
  let at = offset;
  const columns = specs.map((spec): BlockColumn => {
    const start = at;
    at += spaceOf(rows, spec);
    const { name, kind } = spec;
    if (kind === 'f64') return { name, kind, values: new Float64Array(buffer, start, rows) };
    const known = hasBytes(kind, spec.isNullable)
      ? { isKnown: new Uint8Array(buffer, start + strideBytes(rows, kind), rows) }
      : {};
    if (kind === 'i32') return { name, kind, values: new Int32Array(buffer, start, rows), ...known };
    return { name, kind, values: new Uint8Array(buffer, start, rows), ...known };
  });
  return { rows, buffer, columns };
}

/** Numbers only, as features are. */
export function placeNumbers(count: number, rows: number, buffer?: ArrayBufferLike, offset?: number): Float64Array[] {
  const specs = Array.from({ length: count }, (_, j): ColumnSpec => ({ name: `${j}`, kind: 'f64' }));
  return placeColumns(specs, rows, buffer, offset).columns.map(({ values }) => {
    assert(values instanceof Float64Array, 'a column of numbers holds numbers');
    return values;
  });
}

export const isNull = (column: BlockColumn, row: number): boolean =>
  column.kind === 'f64' ? Number.isNaN(column.values[row]) : column.isKnown?.[row] === 0;

/** Writes a number or null; only a column that can hold a null takes one. */
export function setValue(column: BlockColumn, row: number, value: number | null): void {
  if (column.kind === 'f64') {
    column.values[row] = value ?? Number.NaN;
    return;
  }
  assert(value !== null || column.isKnown !== undefined, `column ${column.name} can hold null`);
  column.values[row] = value ?? 0;
  if (column.isKnown !== undefined) column.isKnown[row] = value === null ? 0 : 1;
}

export function countNulls(column: BlockColumn): number {
  let nulls = 0;
  for (let row = 0; row < column.values.length; row++) if (isNull(column, row)) nulls++;
  return nulls;
}
