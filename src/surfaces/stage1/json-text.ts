/** JSON as text: read where it stands inside a string, and written where numbers outgrow JavaScript's. */
import type { Json } from '#base/json.js';
import type { Cell } from '#services/research/measurement.service.js';

/** As deep as a body may be. */
const DEPTH_MAX = 64;

/** Undefined for what is not JSON, or is JSON we would not take as a body: too deep, not finite, or with a NUL. */
export function parseJsonText(text: string): Json | undefined {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return isKeepable(value) ? value : undefined;
}

/** Walks with its own stack: the value may be deeper than the call stack. */
function isKeepable(value: Json): boolean {
  const open: [Json, number][] = [[value, 1]];
  while (open.length > 0) {
    const [next, depth] = open.pop()!;
    if (typeof next === 'number' && !Number.isFinite(next)) return false;
    if (typeof next === 'string' && !isStorable(next)) return false;
    if (typeof next !== 'object' || next === null) continue;
    if (depth > DEPTH_MAX || Object.hasOwn(next, '__proto__')) return false;
    for (const [key, member] of Object.entries(next)) {
      if (!isStorable(key)) return false;
      open.push([member as Json, depth + 1]);
    }
  }
  return true;
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const isStorable = (text: string) => !/\0|\p{Surrogate}/u.test(text);

/** One value of a query: 64-bit integers with every digit. */
export function cellToJson(cell: Cell): string {
  if (typeof cell === 'bigint') return cell.toString();
  if (cell === null || typeof cell !== 'object') return JSON.stringify(cell);
  if (Array.isArray(cell)) return `[${cell.map(cellToJson).join(',')}]`;
  const members = Object.entries(cell).map(([key, value]) => `${JSON.stringify(key)}:${cellToJson(value)}`);
  return `{${members.join(',')}}`;
}

export const rowToJson = (row: readonly Cell[]): string => `[${row.map(cellToJson).join(',')}]`;
