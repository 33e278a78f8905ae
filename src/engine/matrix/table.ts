/** A matrix as people and files see it: named columns of times, days, numbers, flags and texts, in a fixed order. */
import { formatDay, formatTime } from '../calendar/civil-date.js';

export type TableColumn =
  /** time: epoch milliseconds. day: days since 1970-01-01. flag: 1 and 0. NaN is null in all of them. */
  | { readonly name: string; readonly kind: 'time' | 'day' | 'number' | 'flag'; readonly values: Float64Array }
  /** The empty text is null. */
  | { readonly name: string; readonly kind: 'text'; readonly values: readonly string[] };

export interface Table {
  readonly rows: number;
  readonly columns: readonly TableColumn[];
}

export type Cell = string | number | boolean | null;

export const findColumn = (table: Table, name: string): TableColumn | undefined =>
  table.columns.find((column) => column.name === name);

/** The numbers of a column; undefined when there is none of that name or it holds text. */
export function findNumbers(table: Table, name: string): Float64Array | undefined {
  const column = findColumn(table, name);
  return column === undefined || column.kind === 'text' ? undefined : column.values;
}

/** One cell as JSON would show it: times and days as text, null for what is not known. */
export function cellAt(column: TableColumn, row: number): Cell {
  if (column.kind === 'text') return column.values[row] === '' ? null : column.values[row]!;
  const value = column.values[row]!;
  if (!Number.isFinite(value)) return null;
  if (column.kind === 'time') return formatTime(value);
  if (column.kind === 'day') return formatDay(value);
  return column.kind === 'flag' ? value !== 0 : value;
}

/** The first `count` rows as objects. */
export function firstRows(table: Table, count: number): Record<string, Cell>[] {
  return Array.from({ length: Math.min(count, table.rows) }, (_, row) =>
    Object.fromEntries(table.columns.map((column) => [column.name, cellAt(column, row)])),
  );
}

/** Numbers on memory that worker threads share. */
export const sharedNumbers = (count: number): Float64Array => new Float64Array(new SharedArrayBuffer(count * 8));

/** The values of some rows, on shared memory. */
export function gatherNumbers(values: ArrayLike<number>, rows: Int32Array): Float64Array {
  const out = sharedNumbers(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i]!]!;
  return out;
}

export function gatherIntegers(values: ArrayLike<number>, rows: Int32Array): Int32Array {
  const out = new Int32Array(new SharedArrayBuffer(rows.length * 4));
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i]!]!;
  return out;
}

export function gatherBytes(values: ArrayLike<number>, rows: Int32Array): Int8Array {
  const out = new Int8Array(new SharedArrayBuffer(rows.length));
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i]!]!;
  return out;
}
