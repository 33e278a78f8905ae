/** Columns into CSV text (stage1.md 6.5): LF line ends, quotes only where needed, null is empty. */
import { NUMBER_BYTES_MAX, writeDecimal, writeDouble } from './double-text.js';

export type TextColumn =
  | { readonly type: 'DOUBLE'; readonly values: Float64Array; readonly valid: Uint8Array | null }
  | { readonly type: 'BIGINT'; readonly values: BigInt64Array; readonly valid: Uint8Array | null }
  /** Microseconds; the two ends of the range are the infinite times, written as empty. */
  | { readonly type: 'TIMESTAMP'; readonly values: BigInt64Array; readonly valid: Uint8Array | null }
  | { readonly type: 'BOOLEAN'; readonly values: Uint8Array; readonly valid: Uint8Array | null }
  | { readonly type: 'TEXT'; readonly values: readonly (string | null)[] };

export interface CsvTextRequest {
  readonly rows: number;
  readonly columns: readonly TextColumn[];
}

const COMMA = 44;
const LF = 10;
const MINUS = 45;
const NEEDS_QUOTES = /[",\r\n]/;
const INFINITE_TIME = 9_223_372_036_854_775_807n;

const encoder = new TextEncoder();

export const csvLine = (cells: readonly string[]): Uint8Array => encoder.encode(`${cells.map(csvCell).join(',')}\n`);

export const csvCell = (text: string): string => (NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export function formatCsv({ rows, columns }: CsvTextRequest): Uint8Array<ArrayBuffer> {
  const writers = columns.map(writerFor);
  const fixed = columns.length * (NUMBER_BYTES_MAX + 1) + 2;
  const sink: Sink = { bytes: new Uint8Array(Math.max(1024, rows * Math.min(fixed, 96))), length: 0, fixed };
  for (let row = 0; row < rows; row++) {
    reserve(sink, fixed);
    const start = sink.length;
    for (let column = 0; column < writers.length; column++) {
      if (column > 0) sink.bytes[sink.length++] = COMMA;
      writers[column]!(sink, row);
    }
    // A line with nothing on it would read back as no row at all; quotes keep it one.
    if (sink.length === start) putText(sink, '""');
    sink.bytes[sink.length++] = LF;
  }
  return sink.bytes.slice(0, sink.length);
}

interface Sink {
  bytes: Uint8Array<ArrayBuffer>;
  length: number;
  /** What a row needs beside its texts. */
  readonly fixed: number;
}

function reserve(sink: Sink, bytes: number): void {
  if (sink.length + bytes <= sink.bytes.length) return;
  const larger = new Uint8Array(Math.max(2 * sink.bytes.length, sink.length + bytes));
  larger.set(sink.bytes.subarray(0, sink.length));
  sink.bytes = larger;
}

type Writer = (sink: Sink, row: number) => void;

function writerFor(column: TextColumn): Writer {
  switch (column.type) {
    case 'DOUBLE':
      return doubleWriter(column.values, column.valid);
    case 'BIGINT':
      return integerWriter(column.values, column.valid);
    case 'TIMESTAMP':
      return timeWriter(column.values, column.valid);
    case 'BOOLEAN':
      return (sink, row) => {
        if (isValid(column.valid, row)) putText(sink, column.values[row] === 0 ? 'false' : 'true');
      };
    case 'TEXT':
      return (sink, row) => {
        const value = column.values[row];
        if (value !== null && value !== undefined) putUtf8(sink, csvCell(value));
      };
  }
}

const isValid = (valid: Uint8Array | null, row: number): boolean =>
  valid === null || (valid[row >> 3]! & (1 << (row & 7))) !== 0;

function doubleWriter(values: Float64Array, valid: Uint8Array | null): Writer {
  return (sink, row) => {
    const value = values[row]!;
    if (isValid(valid, row) && Number.isFinite(value)) sink.length = writeDouble(sink.bytes, sink.length, value);
  };
}

function integerWriter(values: BigInt64Array, valid: Uint8Array | null): Writer {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  return (sink, row) => {
    if (!isValid(valid, row)) return;
    const high = words[2 * row + 1]!;
    // Beyond 2^53 the two words are put together exactly, as a bigint.
    if (high >= 0x200000 || high < -0x200000) {
      putText(sink, String(values[row]));
      return;
    }
    const value = high * 4294967296 + (words[2 * row]! >>> 0);
    if (value < 0) sink.bytes[sink.length++] = MINUS;
    sink.length = writeDecimal(sink.bytes, sink.length, Math.abs(value), 0);
  };
}

function timeWriter(values: BigInt64Array, valid: Uint8Array | null): Writer {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  const put = integerWriter(values, valid);
  return (sink, row) => {
    const mayBeInfinite = Math.abs(words[2 * row + 1]!) >= 0x7fffffff;
    if (mayBeInfinite && (values[row] === INFINITE_TIME || values[row] === -INFINITE_TIME)) return;
    put(sink, row);
  };
}

/** Text of one byte a letter, and no longer than a number. */
function putText(sink: Sink, text: string): void {
  const { bytes } = sink;
  let { length } = sink;
  for (let i = 0; i < text.length; i++) bytes[length++] = text.charCodeAt(i);
  sink.length = length;
}

function putUtf8(sink: Sink, text: string): void {
  reserve(sink, 3 * text.length + sink.fixed);
  sink.length += encoder.encodeInto(text, sink.bytes.subarray(sink.length)).written;
}
