/**
 * Columns into CSV text (stage1.md 6.5): LF line ends, quotes only where needed, null is empty, numbers in their shortest
 * form that reads back the same.
 *
 * A number with few decimals is written digit by digit: when the smallest power of ten that makes it whole leaves at most 15
 * digits, those digits are its only shortest form, the one the language itself would give; all others go through the language.
 */
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
const DOT = 46;
const ZERO = 48;
const NUMBER_BYTES_MAX = 32;
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
    if (isValid(valid, row) && Number.isFinite(value)) putDouble(sink, value);
  };
}

function putDouble(sink: Sink, value: number): void {
  const size = Math.abs(value);
  const decimals = decimalsOf(size);
  if (decimals < 0 || (value === 0 && 1 / value < 0)) {
    putText(sink, value === 0 ? '-0' : String(value));
    return;
  }
  if (value < 0) sink.bytes[sink.length++] = MINUS;
  putDecimal(sink, Math.round(size * POWERS_OF_TEN[decimals]!), decimals);
}

const POWERS_OF_TEN = Array.from({ length: 9 }, (_, power) => 10 ** power);
const EXACT_MAX = 1e15;

/**
 * The fewest decimals that say the number exactly within 15 digits; -1 when eight are not enough. What is smaller than 1e-6
 * is left to the language, which writes an exponent there.
 */
function decimalsOf(size: number): number {
  if (size >= EXACT_MAX || (size < 1e-6 && size !== 0)) return -1;
  if (Math.floor(size) === size) return 0;
  // Prices have two decimals, rates four: most are told at the first or second try.
  for (let decimals = 2; decimals <= 8; decimals *= 2) {
    const digits = Math.round(size * POWERS_OF_TEN[decimals]!);
    if (digits >= EXACT_MAX) return -1;
    if (digits / POWERS_OF_TEN[decimals]! === size) return trimmedDecimals(digits, decimals);
  }
  return -1;
}

function trimmedDecimals(digits: number, decimals: number): number {
  while (digits % 10 === 0) {
    digits /= 10;
    decimals--;
  }
  return decimals;
}

const scratch = new Uint8Array(NUMBER_BYTES_MAX);

/** The digits of a whole number below 2^53, with a point `decimals` places from its end. */
function putDecimal(sink: Sink, digits: number, decimals: number): void {
  let at = NUMBER_BYTES_MAX;
  let left = decimals;
  while (digits >= 4294967296) {
    const rest = Math.floor(digits / 10);
    scratch[--at] = ZERO + (digits - rest * 10);
    digits = rest;
    if (--left === 0) scratch[--at] = DOT;
  }
  let small = digits >>> 0;
  do {
    const rest = (small / 10) >>> 0;
    scratch[--at] = ZERO + (small - rest * 10);
    small = rest;
    if (--left === 0) scratch[--at] = DOT;
  } while (small > 0 || left >= 0);
  const { bytes } = sink;
  let length = sink.length;
  while (at < NUMBER_BYTES_MAX) bytes[length++] = scratch[at++]!;
  sink.length = length;
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
    putDecimal(sink, Math.abs(value), 0);
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
