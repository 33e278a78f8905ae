/** What a column of labels means: classes by name, by number, or the sign of a quantity (sigma 10.5). */
import { errors } from '#base/errors.js';
import { CLASS_NAMES, DOWN, FLAT, UP } from '../frame/matrix.js';
import { findColumn, type Table, type TableColumn } from './table.js';

/**
 * DOWN, FLAT, UP by row, -1 where the label is null. `target` must be there; without it `y`, else `y_syn` (`no_target`).
 * Numbers {0, 1} and flags are DOWN and UP, {-1, 0, 1} are DOWN, FLAT and UP; a column of other numbers is learned as its sign.
 */
export function classesOf(table: Table, target: string | undefined): Int8Array {
  const column = target === undefined ? (filled(table, 'y') ?? filled(table, 'y_syn')) : findColumn(table, target);
  if (column === undefined) throw errors.targetMissing(target ?? 'y');
  return column.kind === 'text' ? classesByName(column.name, column.values) : classesByNumber(column.values);
}

/** A label column with nothing in it is none. */
function filled(table: Table, name: string): TableColumn | undefined {
  const column = findColumn(table, name);
  if (column === undefined) return undefined;
  const isFilled =
    column.kind === 'text'
      ? column.values.some((cell) => cell !== '')
      : column.values.some((value) => !Number.isNaN(value));
  return isFilled ? column : undefined;
}

function classesByName(name: string, cells: readonly string[]): Int8Array {
  return Int8Array.from(cells, (cell, row) => {
    if (cell === '') return -1;
    const found = (CLASS_NAMES as readonly string[]).indexOf(cell.toUpperCase());
    if (found < 0) throw errors.matrixCsvInvalid(`${name} must be DOWN, FLAT or UP, not ${cell}`, row + 2);
    return found;
  });
}

function classesByNumber(values: Float64Array): Int8Array {
  const isTwoClass = values.every((value) => Number.isNaN(value) || value === 0 || value === 1);
  return Int8Array.from(values, (value) => {
    if (Number.isNaN(value)) return -1;
    if (isTwoClass) return value === 0 ? DOWN : UP;
    return value === 0 ? FLAT : value > 0 ? UP : DOWN;
  });
}
