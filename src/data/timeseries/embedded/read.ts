/** Reads of one measurement without SQL from anyone: doubles for the engine, slices of rows for the row endpoints. */
import { type DuckDBConnection, DuckDBDoubleVector } from '@duckdb/node-api';
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import { quoted } from '../names.js';
import type { DoubleColumns, Measurement, QueryResult } from '../port.js';
import { rowsOfChunk } from './cells.js';
import type { EmbeddedDatabase } from './database.js';
import { storeError } from './engine-error.js';

export interface DoublesRequest {
  readonly columns?: readonly string[];
  readonly firstTsUs?: number;
  readonly lastTsUs?: number;
}

/** Doubles come over as whole vectors; equal times stand in the order of their keys, so that the same table always reads the same. */
export async function readDoubles(
  database: EmbeddedDatabase,
  measurement: Measurement,
  request: DoublesRequest,
): Promise<DoubleColumns> {
  const names = request.columns ?? numericColumns(measurement);
  const wanted = names.map((name) => numericColumn(measurement, name));
  const sql = doublesSql(measurement, wanted, request);
  return database.withConnection(async (connection) => {
    // Tables are mostly filled in time order: reading as it lies spares the sort, and the times show whether that held.
    const asStored = await collectDoubles(connection, sql, names, measurement.rowCount);
    return isAscending(asStored.timestampUs)
      ? asStored
      : collectDoubles(connection, `${sql} ORDER BY ${orderOf(measurement, 'ASC')}`, names, asStored.rows);
  });
}

const numericColumns = ({ columns }: Measurement) =>
  columns.filter(({ type }) => type === 'DOUBLE' || type === 'BIGINT').map(({ name }) => name);

function numericColumn(measurement: Measurement, name: string): string {
  const column = measurement.columns.find((known) => known.name.toLowerCase() === name.toLowerCase());
  if (column === undefined) throw errors.columnMissing(measurement.name, name);
  if (column.type !== 'DOUBLE' && column.type !== 'BIGINT')
    throw errors.columnTypeMismatch(measurement.name, column.name, column.type, 'DOUBLE');
  return column.name;
}

function doublesSql(
  { name }: Measurement,
  columns: readonly string[],
  { firstTsUs, lastTsUs }: DoublesRequest,
): string {
  const values = columns.map((column) => `, coalesce(${quoted(column)}::DOUBLE, 'nan'::DOUBLE)`).join('');
  const bounds = [
    ...(firstTsUs === undefined ? [] : [`"timestamp" >= make_timestamp(${wholeUs(Math.ceil(firstTsUs))})`]),
    ...(lastTsUs === undefined ? [] : [`"timestamp" <= make_timestamp(${wholeUs(Math.floor(lastTsUs))})`]),
  ];
  const where = bounds.length === 0 ? '' : ` WHERE ${bounds.join(' AND ')}`;
  return `SELECT epoch_us("timestamp")::DOUBLE${values} FROM ${quoted(name)}${where}`;
}

/** A whole number for SQL text; an infinite or huge bound stands for the far end of what can be stored. */
const wholeUs = (value: number): string => {
  assert(!Number.isNaN(value), 'a time bound is a number');
  return String(Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER));
};

const orderOf = ({ dedupKeys }: Measurement, direction: 'ASC' | 'DESC') =>
  ['timestamp', ...dedupKeys].map((key) => `${quoted(key)} ${direction}`).join(', ');

async function collectDoubles(
  connection: DuckDBConnection,
  sql: string,
  names: readonly string[],
  rowsExpected: number,
): Promise<DoubleColumns> {
  let columns = Array.from({ length: names.length + 1 }, () => new Float64Array(rowsExpected));
  let rows = 0;
  try {
    const result = await connection.stream(sql);
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      if (rows + chunk.rowCount > columns[0]!.length)
        columns = columns.map((column) => resized(column, Math.max(2 * column.length, rows + chunk!.rowCount)));
      for (let index = 0; index < columns.length; index++) {
        const vector = chunk.getColumnVector(index);
        assert(vector instanceof DuckDBDoubleVector, 'every column was cast to DOUBLE');
        columns[index]!.set(vector['items'].subarray(0, chunk.rowCount), rows);
      }
      rows += chunk.rowCount;
    }
  } catch (error) {
    throw storeError(error);
  }
  const trimmed = columns.map((column) => (column.length === rows ? column : column.slice(0, rows)));
  return {
    rows,
    timestampUs: trimmed[0]!,
    columns: Object.fromEntries(names.map((name, index) => [name, trimmed[index + 1]!])),
  };
}

function resized(column: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(column);
  return larger;
}

/** Strictly, because the order of equal times is the keys' to decide. */
function isAscending(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (!(values[i - 1]! < values[i]!)) return false;
  return true;
}

export interface RowsRequest {
  readonly limit?: number;
  readonly offset: number;
  readonly descending: boolean;
}

/** A slice in time order, one result a chunk; the first is there even when it is empty, so that columns are always known. */
export async function* readRows(
  database: EmbeddedDatabase,
  measurement: Measurement,
  { limit, offset, descending }: RowsRequest,
): AsyncGenerator<QueryResult> {
  const slice = `${limit === undefined ? '' : ` LIMIT ${BigInt(limit)}`} OFFSET ${BigInt(offset)}`;
  const order = orderOf(measurement, descending ? 'DESC' : 'ASC');
  const columns = measurement.columns.map(({ name }) => name);
  const types = measurement.columns.map(({ type }) => type);
  const list = columns.map(quoted).join(', ');
  const connection = await database.connect();
  try {
    await connection.run('BEGIN TRANSACTION READ ONLY');
    const result = await connection.stream(`SELECT ${list} FROM ${quoted(measurement.name)} ORDER BY ${order}${slice}`);
    for (let isFirst = true; ; isFirst = false) {
      const chunk = await result.fetchChunk();
      const rows = chunk === null ? [] : rowsOfChunk(chunk);
      if (rows.length === 0 && !isFirst) return;
      yield { columns, types, rows, truncated: false, elapsedMs: 0 };
      if (rows.length === 0) return;
    }
  } catch (error) {
    throw storeError(error);
  } finally {
    await database.release(connection);
  }
}
