/** Cells that are lists or structs, as JSON text. */
import type { Cell } from './port.js';

/** JSON with 64-bit integers as their digits, which JSON.stringify refuses to write. */
export function cellJson(cell: Cell): string {
  if (typeof cell === 'bigint') return String(cell);
  if (cell === null || typeof cell !== 'object') return JSON.stringify(cell);
  if (isList(cell)) return `[${cell.map(cellJson).join(',')}]`;
  return `{${Object.entries(cell)
    .map(([key, value]) => `${JSON.stringify(key)}:${cellJson(value)}`)
    .join(',')}}`;
}

const isList = (cell: Cell): cell is readonly Cell[] => Array.isArray(cell);
