/** The vectors of a chunk that DuckDB hands over, as bytes of ours. */
import type { DuckDBTypeId } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';

export interface RawChunk {
  readonly handle: duckdb.DataChunk;
  readonly rows: number;
  readonly types: readonly DuckDBTypeId[];
}

/** A vector's bytes; they are gone with their chunk. */
export function bytesOf(chunk: RawChunk, column: number, width: number): Uint8Array {
  return duckdb.vector_get_data(duckdb.data_chunk_get_vector(chunk.handle, column), chunk.rows * width);
}

/** One bit a row; undefined where every row has a value. */
function validityOf(chunk: RawChunk, column: number): Uint8Array | undefined {
  const vector = duckdb.data_chunk_get_vector(chunk.handle, column);
  const bits = duckdb.vector_get_validity(vector, Math.ceil(chunk.rows / 64) * 8) as Uint8Array | null;
  return bits ?? undefined;
}

/** The bytes as words or halves; copied only when they begin at an odd place, for a view must begin on a multiple of its width. */
const viewed = (bytes: Uint8Array): Uint8Array => (bytes.byteOffset % 8 === 0 ? bytes : bytes.slice());

export function wordsOf(chunk: RawChunk, column: number, wordsEach: 1 | 2): Uint32Array {
  const bytes = viewed(bytesOf(chunk, column, 4 * wordsEach));
  return new Uint32Array(bytes.buffer, bytes.byteOffset, chunk.rows * wordsEach);
}

export function halvesOf(chunk: RawChunk, column: number): Int16Array {
  const bytes = viewed(bytesOf(chunk, column, 2));
  return new Int16Array(bytes.buffer, bytes.byteOffset, chunk.rows);
}

export function doublesIn(chunk: RawChunk, column: number): Float64Array {
  const bytes = viewed(bytesOf(chunk, column, 8));
  return new Float64Array(bytes.buffer, bytes.byteOffset, chunk.rows);
}

/** Signed 64-bit numbers as the nearest doubles; NaN where there is no value. */
export function putNumbers(out: Float64Array, chunk: RawChunk, column: number): void {
  const words = wordsOf(chunk, column, 2);
  for (let i = 0; i < chunk.rows; i++) out[i] = (words[2 * i + 1]! | 0) * 4_294_967_296 + words[2 * i]!;
  markMissing(out, chunk, column);
}

/** NaN where the vector has no value. */
export function markMissing(out: Float64Array, chunk: RawChunk, column: number): void {
  const valid = validityOf(chunk, column);
  if (valid === undefined) return;
  for (let i = 0; i < chunk.rows; i++) if (((valid[i >> 3]! >> (i & 7)) & 1) === 0) out[i] = Number.NaN;
}
