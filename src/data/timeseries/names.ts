/** Names of measurements and columns (stage1.md 6.1), and which columns make a row's key (6.2). */
import { errors } from '#base/errors.js';

const MEASUREMENT = /^[A-Za-z_][A-Za-z0-9_.-]{0,126}$/;
const FORBIDDEN_IN_COLUMN = /[?.,'"\\/:()+\-*%~\u0000-\u001f\u007f]/g;

export const COLUMN_NAME_MAX = 127;

/** The columns that, when present, belong to a row's key beside `timestamp`: without them folds, symbols and trades of one time would merge. */
export const KEY_COLUMNS: readonly string[] = [
  'symbol',
  'dataset',
  'source',
  'run_id',
  'fold',
  'fold_number',
  'simulation_id',
  'trade_id',
  'trade_index',
  'side',
  'side_label',
];

/** The name itself when it is one a caller may use; reserved and malformed names are refused. */
export function measurementName(name: string): string {
  const isReserved = name.startsWith('_') || /^sys\./i.test(name);
  if (!MEASUREMENT.test(name) || name.endsWith('.') || name.includes('..') || isReserved)
    throw errors.measurementNameInvalid(name);
  return name;
}

/** A column name both back ends can hold: what QuestDB cannot becomes `_`. */
export const cleanColumnName = (name: string): string => name.trim().replace(FORBIDDEN_IN_COLUMN, '_');

/** The key columns of a table with these columns, in the table's order: the standing ones and those the caller named. */
export function keyColumnsOf(columns: readonly string[], named: readonly string[]): string[] {
  const wanted = new Set([...KEY_COLUMNS, ...named.map((name) => name.toLowerCase())]);
  return columns.filter((column) => wanted.has(column.toLowerCase()) && column.toLowerCase() !== 'timestamp');
}

/** An SQL identifier in double quotes. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
