/** The rows of a query as CSV bytes: read in blocks, formatted on the workers, sent in order as fast as the reader takes them. */
import { Readable } from 'node:stream';
import { type DuckDBDataChunk, DuckDBTypeId } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { errors } from '#base/errors.js';
import { csvLine, type TextColumn } from '../../csv/text.js';
import type { CsvWorkers } from '../../csv/workers.js';
import { cellJson } from '../cell-json.js';
import type { Cell } from '../port.js';
import { cellOf } from './cells.js';
import { VECTOR_ROWS } from './database.js';
import { type OpenQuery, openQuery, type QueryRoom } from './query.js';

/** How long the first rows may take (stage1.md 6.3); what streams afterwards takes as long as its reader. */
const FIRST_ROWS_MS = 30_000;
const BLOCK_ROWS = 8 * VECTOR_ROWS;

export async function exportCsv(
  room: QueryRoom & { readonly workers: CsvWorkers },
  sql: string,
  { signal }: { signal?: AbortSignal },
): Promise<Readable> {
  const leaving = new AbortController();
  const gone = signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal]);
  const query = await openQuery(room, sql, { timeoutMs: FIRST_ROWS_MS, signal: gone });
  query.disarm();
  const stream = Readable.from(csvBlocks(query, room.workers, gone), { objectMode: false, highWaterMark: 1 << 20 });
  stream.once('close', () => {
    leaving.abort();
    // A failure to let go of a snapshot harms nobody who still listens.
    query.close().catch(() => undefined);
  });
  return stream;
}

async function* csvBlocks(query: OpenQuery, workers: CsvWorkers, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield csvLine(query.columns);
  const ahead: Promise<Uint8Array>[] = [];
  for (let isEnd = false; !isEnd || ahead.length > 0; ) {
    while (!isEnd && ahead.length <= workers.atOnce) {
      const block = await readBlock(query);
      isEnd = block === undefined;
      if (block === undefined) break;
      const text = workers.format(block);
      // It is awaited below; until then a failure must not count as unheard.
      text.catch(() => undefined);
      ahead.push(text);
    }
    const text = ahead.shift();
    if (signal.aborted) throw errors.cancelled();
    if (text !== undefined) yield await text;
  }
}

async function readBlock(query: OpenQuery): Promise<{ rows: number; columns: TextColumn[] } | undefined> {
  const gathering = query.result.columnTypes().map((type) => gatheringOf(type.typeId));
  let rows = 0;
  while (rows + VECTOR_ROWS <= BLOCK_ROWS) {
    const chunk = await query.next();
    if (chunk === undefined) break;
    gathering.forEach((column, index) => {
      column.add(chunk, index, rows);
    });
    rows += chunk.rowCount;
  }
  return rows === 0 ? undefined : { rows, columns: gathering.map((column) => column.finish(rows)) };
}

interface Gathering {
  add(chunk: DuckDBDataChunk, column: number, row: number): void;
  finish(rows: number): TextColumn;
}

function gatheringOf(typeId: DuckDBTypeId): Gathering {
  switch (typeId) {
    case DuckDBTypeId.DOUBLE: {
      const values = new Float64Array(BLOCK_ROWS);
      return rawGathering(values, (valid) => ({ type: 'DOUBLE', values, valid }));
    }
    case DuckDBTypeId.BIGINT: {
      const values = new BigInt64Array(BLOCK_ROWS);
      return rawGathering(values, (valid) => ({ type: 'BIGINT', values, valid }));
    }
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_TZ: {
      const values = new BigInt64Array(BLOCK_ROWS);
      return rawGathering(values, (valid) => ({ type: 'TIMESTAMP', values, valid }));
    }
    case DuckDBTypeId.BOOLEAN: {
      const values = new Uint8Array(BLOCK_ROWS);
      return rawGathering(values, (valid) => ({ type: 'BOOLEAN', values, valid }));
    }
    default:
      return textGathering();
  }
}

type RawValues = Float64Array<ArrayBuffer> | BigInt64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** Copies the engine's vectors as they lie: 64 rows a validity word, and chunks before the last are full. */
function rawGathering(values: RawValues, finish: (valid: Uint8Array | null) => TextColumn): Gathering {
  const bytes = new Uint8Array(values.buffer);
  const width = values.BYTES_PER_ELEMENT;
  let valid: Uint8Array | null = null;
  return {
    add(chunk, column, row) {
      const vector = duckdb.data_chunk_get_vector(chunk.chunk, column);
      bytes.set(duckdb.vector_get_data(vector, chunk.rowCount * width), row * width);
      const bits: Uint8Array | null = duckdb.vector_get_validity(vector, Math.ceil(chunk.rowCount / 64) * 8);
      if (bits === null) return;
      valid ??= new Uint8Array(BLOCK_ROWS / 8).fill(255);
      putBits(valid, row, bits, chunk.rowCount);
    },
    finish: () => finish(valid),
  };
}

function putBits(valid: Uint8Array, row: number, bits: Uint8Array, rows: number): void {
  if (row % 8 === 0 && rows % 8 === 0) {
    valid.set(bits.subarray(0, rows / 8), row / 8);
    return;
  }
  for (let i = 0; i < rows; i++)
    if ((bits[i >> 3]! & (1 << (i & 7))) === 0) valid[(row + i) >> 3]! &= ~(1 << ((row + i) & 7));
}

function textGathering(): Gathering {
  const values: (string | null)[] = [];
  return {
    add(chunk, column) {
      for (const value of chunk.getColumnValues(column)) values.push(textOf(cellOf(value)));
    },
    finish: () => ({ type: 'TEXT', values }),
  };
}

function textOf(cell: Cell): string | null {
  if (cell === null || typeof cell === 'string') return cell;
  return typeof cell === 'object' ? cellJson(cell) : String(cell);
}
