/** Reads of one measurement without SQL from anyone: doubles for the engine, slices of rows for the row endpoints. */
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import { readNumber } from '../../csv/value-cell.js';
import { quoted } from '../names.js';
import type { Cell, DoubleColumns, Measurement, QueryResult } from '../port.js';
import { openAnswer, type RowCells } from './answer.js';
import type { StoredTable } from './catalogue.js';
import { isNull, rowReader } from './cells.js';
import type { QuestdbClient } from './client.js';
import { piecesOf, storeError } from './statement.js';

export interface DoublesRequest {
  readonly columns?: readonly string[];
  readonly firstTsUs?: number;
  readonly lastTsUs?: number;
}

/** Equal times stand in the order of their keys, so that the same table always reads the same. */
export async function readDoubles(
  client: QuestdbClient,
  stored: StoredTable,
  request: DoublesRequest,
): Promise<DoubleColumns> {
  const { measurement } = stored;
  const names = request.columns ?? numericColumns(measurement);
  const wanted = names.map((name) => numericColumn(measurement, name));
  const sql = doublesSql(stored, wanted, request);
  const asStored = await collectDoubles(client, sql, names, measurement.rowCount);
  // QuestDB keeps rows in time order; only where times are equal is there something to sort.
  if (isAscending(asStored.timestampUs)) return asStored;
  return collectDoubles(client, `${sql} ORDER BY ${orderOf(stored, 'ASC')}`, names, asStored.rows);
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
  { measurement: { name }, timeName }: StoredTable,
  columns: readonly string[],
  { firstTsUs, lastTsUs }: DoublesRequest,
): string {
  const time = quoted(timeName);
  const values = columns.map((column) => `, ${quoted(column)}::double`).join('');
  const bounds = [
    ...(firstTsUs === undefined ? [] : [`${time} >= cast(${wholeUs(Math.ceil(firstTsUs))} as timestamp)`]),
    ...(lastTsUs === undefined ? [] : [`${time} <= cast(${wholeUs(Math.floor(lastTsUs))} as timestamp)`]),
  ];
  const where = bounds.length === 0 ? '' : ` WHERE ${bounds.join(' AND ')}`;
  return `SELECT ${time}::timestamp::long${values} FROM ${quoted(name)}${where}`;
}

/** A whole number for SQL text; an infinite or huge bound stands for the far end of what can be stored. */
const wholeUs = (value: number): string => {
  assert(!Number.isNaN(value), 'a time bound is a number');
  return `${Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)}L`;
};

const orderOf = ({ measurement: { dedupKeys }, timeName }: StoredTable, direction: 'ASC' | 'DESC') =>
  [timeName, ...dedupKeys].map((key) => `${quoted(key)} ${direction}`).join(', ');

async function collectDoubles(
  client: QuestdbClient,
  sql: string,
  names: readonly string[],
  rowsExpected: number,
): Promise<DoubleColumns> {
  let columns = Array.from({ length: names.length + 1 }, () => new Float64Array(rowsExpected));
  let rows = 0;
  const put = ({ bytes, starts, ends }: RowCells) => {
    if (rows === columns[0]!.length) columns = columns.map((column) => resized(column, Math.max(1024, 2 * rows)));
    for (let k = 0; k < columns.length; k++)
      columns[k]![rows] = isNull(bytes, starts[k]!) ? Number.NaN : readNumber(bytes, starts[k]!, ends[k]!);
    rows++;
  };
  await streamed(client, sql, async (next) => {
    while (await next(put));
  });
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

async function streamed(
  client: QuestdbClient,
  sql: string,
  use: (next: Awaited<ReturnType<typeof openAnswer>>['next']) => Promise<void>,
): Promise<void> {
  try {
    const response = await client.exec(sql);
    try {
      await use((await openAnswer(piecesOf(response))).next);
    } finally {
      response.destroy();
    }
  } catch (error) {
    throw storeError(error);
  }
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

const ENDLESS = '9223372036854775807';

/** A slice in time order, one result a piece; the first is there even when it is empty, so that columns are always known. */
export async function* readRows(
  client: QuestdbClient,
  stored: StoredTable,
  { limit, offset, descending }: RowsRequest,
): AsyncGenerator<QueryResult> {
  const { measurement } = stored;
  const order = orderOf(stored, descending ? 'DESC' : 'ASC');
  const columns = measurement.columns.map(({ name }) => name);
  const types = measurement.columns.map(({ type }) => type);
  const end = limit === undefined ? ENDLESS : BigInt(offset) + BigInt(limit);
  const sql = `SELECT ${columns.map(quoted).join(', ')} FROM ${quoted(measurement.name)} ORDER BY ${order} LIMIT ${BigInt(offset)}, ${end}`;
  try {
    const response = await client.exec(sql);
    try {
      const answer = await openAnswer(piecesOf(response));
      const toCells = rowReader(answer.columns);
      for (let isFirst = true; ; isFirst = false) {
        const rows: Cell[][] = [];
        const isMore = await answer.next((row) => rows.push(toCells(row)));
        if (rows.length > 0 || isFirst) yield { columns, types, rows, truncated: false, elapsedMs: 0 };
        if (!isMore) return;
      }
    } finally {
      response.destroy();
    }
  } catch (error) {
    throw storeError(error);
  }
}
