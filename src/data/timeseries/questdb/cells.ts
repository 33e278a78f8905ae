/** Cells of QuestDB's answers as the wire wants them (stage1.md 6.3), and its types in the words of the port. */
import { readNumber } from '../../csv/value-cell.js';
import type { Cell, ColumnType } from '../port.js';
import type { AnswerColumn, RowCells } from './answer.js';
import { makeTimeReader } from './time-text.js';

/** QuestDB's words for what both engines have, in those the embedded one uses; every other type keeps its own. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  LONG: 'BIGINT',
  INT: 'INTEGER',
  SHORT: 'SMALLINT',
  BYTE: 'TINYINT',
  STRING: 'VARCHAR',
  SYMBOL: 'VARCHAR',
  CHAR: 'VARCHAR',
};

export const typeName = (type: string): string => TYPE_NAMES[type] ?? type;

/** Whether cells of the type hold times, which come as text. */
export const isTimeType = (type: string): boolean => type.startsWith('TIMESTAMP') || type === 'DATE';

const STORED_TYPES: Readonly<Record<string, ColumnType>> = {
  LONG: 'BIGINT',
  INT: 'BIGINT',
  SHORT: 'BIGINT',
  BYTE: 'BIGINT',
  DOUBLE: 'DOUBLE',
  FLOAT: 'DOUBLE',
  BOOLEAN: 'BOOLEAN',
};

/** How a stored column looks through the port: times other than the designated one read as whole microseconds, the rest as text. */
export const storedType = (type: string): ColumnType => STORED_TYPES[type] ?? (isTimeType(type) ? 'BIGINT' : 'VARCHAR');

export type ReadCell = (bytes: Uint8Array, start: number, end: number) => Cell;

const LETTER_N = 110;
const LETTER_T = 116;
const QUOTE = 34;
const BACKSLASH = 92;
/** Digits that a double surely holds. */
const EXACT_DIGITS = 15;

export const isNull = (bytes: Uint8Array, start: number): boolean => bytes[start] === LETTER_N;

/** What reads the cells of a column; null is told before it is asked. */
export function cellReader({ type }: AnswerColumn): ReadCell {
  if (isTimeType(type)) {
    const readTime = makeTimeReader();
    return (bytes, start, end) => readTime(bytes, start + 1, end - 1);
  }
  switch (type) {
    case 'DOUBLE':
    case 'FLOAT':
      return readDouble;
    case 'LONG':
    case 'INT':
    case 'SHORT':
    case 'BYTE':
      return readWhole;
    case 'BOOLEAN':
      return (bytes, start) => bytes[start] === LETTER_T;
    default:
      return readOther;
  }
}

function readDouble(bytes: Uint8Array, start: number, end: number): Cell {
  const value = readNumber(bytes, start, end);
  return Number.isFinite(value) ? value : null;
}

function readWhole(bytes: Uint8Array, start: number, end: number): Cell {
  const value = readNumber(bytes, start, end);
  if (end - start <= EXACT_DIGITS || Number.isSafeInteger(value)) return value;
  return BigInt(textOf(bytes, start, end));
}

/** Texts, and whatever else QuestDB writes as JSON: arrays, intervals, addresses. */
function readOther(bytes: Uint8Array, start: number, end: number): Cell {
  if (bytes[start] !== QUOTE) return JSON.parse(textOf(bytes, start, end)) as Cell;
  for (let at = start + 1; at < end - 1; at++)
    if (bytes[at] === BACKSLASH) return JSON.parse(textOf(bytes, start, end)) as string;
  return textOf(bytes, start + 1, end - 1);
}

const textOf = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');

/** Makes rows of cells out of an answer's rows. */
export function rowReader(columns: readonly AnswerColumn[]): (row: RowCells) => Cell[] {
  const readers = columns.map(cellReader);
  return ({ bytes, starts, ends }) =>
    readers.map((read, k) => (isNull(bytes, starts[k]!) ? null : read(bytes, starts[k]!, ends[k]!)));
}
