/**
 * How PostgreSQL's values become ours. Set on our own pools only, so that other users of `pg` in the process keep theirs.
 *
 * - bigint: number; a value beyond 2^53 - 1 is an assertion, never a rounded number (keep nanoseconds and ids as text).
 * - numeric: number, the nearest double; where every digit counts, select it as text.
 * - date: the text `2024-01-31`, since a day has no time zone; as a Date it would shift with the machine's.
 * - timestamptz: Date, whole milliseconds. timestamp without a zone is not used.
 * - json, jsonb: parsed. Arrays of text and numbers: arrays.
 */
import pg from 'pg';
import { assert } from '#base/assert.js';

const { builtins } = pg.types;

const parsers = new Map<number, (text: string) => unknown>([
  [builtins.INT8, toSafeInteger],
  [builtins.NUMERIC, Number],
  [builtins.DATE, (text: string) => text],
]);

function toSafeInteger(text: string): number {
  const value = Number(text);
  assert(Number.isSafeInteger(value), `a bigint of the database fits a number, ${text} does not`);
  return value;
}

export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && parsers.get(oid)) || pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};
