/**
 * The staging table of one write: a temporary table that raw blocks are copied into, chunk by chunk, without becoming values.
 *
 * Appending runs on the caller's thread, so a block goes in slices with a pause between them; a temporary table takes some
 * ten million rows a second, and compressing into the real table is left to the engine's own threads.
 */
import { BIGINT, BOOLEAN, DOUBLE, type DuckDBConnection, DuckDBDataChunk, TIMESTAMP, VARCHAR } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { BlockColumn, ColumnBlock } from '../column-block.js';
import { quoted } from '../names.js';
import type { ColumnType } from '../port.js';
import { VECTOR_ROWS } from './database.js';

/** Between two slices the loop has its turn. */
const SLICE_ROWS = 8 * VECTOR_ROWS;
/** The longest text that lies inside DuckDB's 16-byte string itself. */
const INLINE_BYTES = 12;

const ENGINE_TYPES = { BIGINT, DOUBLE, BOOLEAN, VARCHAR };

export interface Staging {
  append(block: ColumnBlock): Promise<void>;
  /** What was staged. `isAscending`: every time is later than the one before it, so no two rows can share a key. */
  finish(): Staged;
}

export interface Staged {
  readonly rows: number;
  readonly isAscending: boolean;
  readonly firstTsUs: number;
  readonly lastTsUs: number;
}

export async function openStaging(
  connection: DuckDBConnection,
  columns: readonly { readonly name: string; readonly type: ColumnType }[],
): Promise<Staging> {
  const declared = columns.map(({ name, type }) => `, ${quoted(name)} ${type}`).join('');
  await connection.run(`CREATE TEMP TABLE stage (timestamp TIMESTAMP${declared})`);
  const appender = await connection.createAppender('stage', 'main', 'temp');
  const chunk = DuckDBDataChunk.create([TIMESTAMP, ...columns.map(({ type }) => ENGINE_TYPES[type])], VECTOR_ROWS);
  let staged: Staged = { rows: 0, isAscending: true, firstTsUs: Infinity, lastTsUs: -Infinity };

  return {
    async append(block) {
      staged = including(staged, block.timestampUs);
      for (let start = 0; start < block.rows; start += VECTOR_ROWS) {
        fillChunk(chunk, block, start, Math.min(VECTOR_ROWS, block.rows - start));
        appender.appendDataChunk(chunk);
        if ((start + VECTOR_ROWS) % SLICE_ROWS === 0) {
          appender.flushSync();
          await new Promise<void>((resolve) => setImmediate(resolve));
        }
      }
    },
    finish() {
      appender.closeSync();
      return staged;
    },
  };
}

function including(staged: Staged, timestampUs: BigInt64Array): Staged {
  const words = new Uint32Array(timestampUs.buffer, timestampUs.byteOffset, 2 * timestampUs.length);
  let { isAscending, firstTsUs, lastTsUs } = staged;
  let previous = lastTsUs;
  for (let row = 0; row < timestampUs.length; row++) {
    const value = words[2 * row + 1]! * 4294967296 + words[2 * row]!;
    if (value <= previous) isAscending = false;
    if (value < firstTsUs) firstTsUs = value;
    if (value > lastTsUs) lastTsUs = value;
    previous = value;
  }
  return { rows: staged.rows + timestampUs.length, isAscending, firstTsUs, lastTsUs };
}

function fillChunk(chunk: DuckDBDataChunk, block: ColumnBlock, start: number, rows: number): void {
  chunk.reset();
  chunk.rowCount = rows;
  const vectorOf = (column: number) => duckdb.data_chunk_get_vector(chunk.chunk, column);
  const { buffer, byteOffset } = block.timestampUs;
  duckdb.copy_data_to_vector(vectorOf(0), 0, buffer, byteOffset + 8 * start, 8 * rows);
  block.columns.forEach((column, index) => {
    fillVector(vectorOf(index + 1), column, start, rows);
  });
}

function fillVector(vector: duckdb.Vector, column: BlockColumn, start: number, rows: number): void {
  if (column.valid !== null) {
    duckdb.vector_ensure_validity_writable(vector);
    const byteCount = Math.ceil(rows / 64) * 8;
    duckdb.copy_data_to_vector_validity(vector, 0, column.valid.buffer, column.valid.byteOffset + start / 8, byteCount);
  }
  if (column.type === 'VARCHAR') {
    fillText(vector, column, start, rows);
    return;
  }
  const { buffer, byteOffset, BYTES_PER_ELEMENT: width } = column.values;
  duckdb.copy_data_to_vector(vector, 0, buffer, byteOffset + width * start, width * rows);
}

const inlined = new Uint8Array(16 * VECTOR_ROWS);
const inlinedLengths = new Uint32Array(inlined.buffer);

/** Short texts are laid out as the engine holds them and copied at once; only long ones cost a call each. */
function fillText(
  vector: duckdb.Vector,
  { ends, bytes }: Extract<BlockColumn, { type: 'VARCHAR' }>,
  start: number,
  rows: number,
): void {
  inlined.fill(0);
  const long: number[] = [];
  let from = start === 0 ? 0 : ends[start - 1]!;
  for (let row = 0; row < rows; row++) {
    const end = ends[start + row]!;
    const length = end - from;
    if (length > INLINE_BYTES) long.push(row);
    else {
      inlinedLengths[4 * row] = length;
      for (let at = 16 * row + 4; from < end; ) inlined[at++] = bytes[from++]!;
    }
    from = end;
  }
  duckdb.copy_data_to_vector(vector, 0, inlined.buffer, 0, 16 * rows);
  for (const row of long) {
    const index = start + row;
    const text = bytes.subarray(index === 0 ? 0 : ends[index - 1]!, ends[index]!);
    duckdb.vector_assign_string_element_len(vector, row, text);
  }
}
