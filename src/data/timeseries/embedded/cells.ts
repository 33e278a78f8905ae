/** Values of the engine as the wire wants them (stage1.md 6.3): times in whole microseconds, integers exact, nothing that is not a number. */
import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  type DuckDBDataChunk,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  DuckDBUnionValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { Cell } from '../port.js';

const US_PER_DAY = 86_400_000_000n;
/** The engine's infinite times stand at the ends of the 64-bit range, its infinite dates at the ends of 32 bits. */
const INFINITE_TS = 9_223_372_036_854_775_807n;
const INFINITE_DAYS = 2_147_483_647;

/** The rows of a chunk as rows of cells. */
export function rowsOfChunk(chunk: DuckDBDataChunk): Cell[][] {
  const columns: Cell[][] = [];
  for (let column = 0; column < chunk.columnCount; column++) columns.push(columnCells(chunk, column));
  return Array.from({ length: chunk.rowCount }, (_, row) => columns.map((column) => column[row]!));
}

/** Times, doubles and 64-bit integers are most of what is ever read: they are taken as they lie, without an object each. */
function columnCells(chunk: DuckDBDataChunk, column: number): Cell[] {
  const { typeId } = chunk.getColumnVector(column).type;
  const isTime = typeId === DuckDBTypeId.TIMESTAMP || typeId === DuckDBTypeId.TIMESTAMP_TZ;
  const isRaw = isTime || typeId === DuckDBTypeId.BIGINT || typeId === DuckDBTypeId.DOUBLE;
  if (!isRaw) return chunk.getColumnValues(column).map(cellOf);
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, column);
  const data = duckdb.vector_get_data(vector, 8 * chunk.rowCount);
  const valid: Uint8Array | null = duckdb.vector_get_validity(vector, Math.ceil(chunk.rowCount / 64) * 8);
  const cells: Cell[] =
    typeId === DuckDBTypeId.DOUBLE
      ? Array.from(new Float64Array(data.buffer, data.byteOffset, chunk.rowCount), finiteOrNull)
      : integerCells(data, chunk.rowCount, isTime);
  if (valid !== null)
    for (let row = 0; row < cells.length; row++) if ((valid[row >> 3]! & (1 << (row & 7))) === 0) cells[row] = null;
  return cells;
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

function integerCells(data: Uint8Array, rows: number, isTime: boolean): Cell[] {
  const words = new Int32Array(data.buffer, data.byteOffset, 2 * rows);
  const exact = new BigInt64Array(data.buffer, data.byteOffset, rows);
  const cells = new Array<Cell>(rows);
  for (let row = 0; row < rows; row++) {
    const high = words[2 * row + 1]!;
    const isSafe = high < 0x200000 && high >= -0x200000;
    if (isSafe) cells[row] = high * 4294967296 + (words[2 * row]! >>> 0);
    else cells[row] = isTime && isInfinite(exact[row]!) ? null : integerCell(exact[row]!);
  }
  return cells;
}

export function cellOf(value: DuckDBValue): Cell {
  if (value === null) return null;
  switch (typeof value) {
    case 'boolean':
    case 'string':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'bigint':
      return integerCell(value);
  }
  const time = timeCell(value);
  return time === undefined ? nestedCell(value) : time;
}

/** A number while it is exact as one, else the bigint itself. */
export const integerCell = (value: bigint): number | bigint =>
  value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;

/** Undefined when the value is no time. */
function timeCell(value: DuckDBValue): Cell | undefined {
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue)
    return isInfinite(value.micros) ? null : integerCell(value.micros);
  if (value instanceof DuckDBTimestampNanosecondsValue)
    return isInfinite(value.nanos) ? null : integerCell(floorDiv(value.nanos, 1000n));
  if (value instanceof DuckDBTimestampMillisecondsValue)
    return isInfinite(value.millis) ? null : integerCell(value.millis * 1000n);
  if (value instanceof DuckDBTimestampSecondsValue)
    return isInfinite(value.seconds) ? null : integerCell(value.seconds * 1_000_000n);
  if (value instanceof DuckDBDateValue)
    return Math.abs(value.days) >= INFINITE_DAYS ? null : integerCell(BigInt(value.days) * US_PER_DAY);
  return undefined;
}

const isInfinite = (ts: bigint) => ts === INFINITE_TS || ts === -INFINITE_TS;

const floorDiv = (a: bigint, b: bigint) => (a % b < 0n ? a / b - 1n : a / b);

function nestedCell(value: DuckDBValue): Cell {
  if (value instanceof DuckDBDecimalValue) return value.scale === 0 ? integerCell(value.value) : value.toDouble();
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64');
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(cellOf);
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([key, inner]) => [key, cellOf(inner)]));
  if (value instanceof DuckDBMapValue)
    return value.entries.map((entry) => ({ key: cellOf(entry.key), value: cellOf(entry.value) }));
  if (value instanceof DuckDBUnionValue) return cellOf(value.value);
  // Intervals, times of day, UUIDs, bit strings: the engine's own text.
  return String(value);
}
