/**
 * Rows as InfluxDB line protocol, version 2: text lines, with doubles as their eight bytes (QuestDB 9.0 and newer).
 *
 * We write the bytes ourselves, straight from columns: the vendor's client takes a value at a time, and a call for each is
 * what would cost most (docs/decisions/0017). Every double is written, the missing ones as NaN, so that all lines of a block
 * have the same columns in the same order, which the server reads fastest. Other missing values are left out.
 */
import type { BlockColumn, ColumnBlock } from '../column-block.js';

export interface IlpTable {
  readonly name: string;
  /** The designated timestamp. */
  readonly timeName: string;
  /** Names of the block's columns, in its order, as the table spells them. */
  readonly columnNames: readonly string[];
}

const [COMMA, EQUALS, QUOTE, BACKSLASH, SPACE, LF] = [44, 61, 34, 92, 32, 10];
const DOUBLE_FORMAT = 16;
const [LETTER_T, LETTER_F, LETTER_I] = [116, 102, 105];
/** `,timestamp=` and ` <nanoseconds>\n`, with room to spare. */
const TIME_BYTES = 2 * 24;
const INT64_BYTES = 21;

/** The lines of rows `from` to `to`. A name needs at most twice its bytes, when every one is escaped, and so does a text. */
export function ilpLines(block: ColumnBlock, table: IlpTable, from = 0, to = block.rows): Uint8Array<ArrayBuffer> {
  const head = nameBytes(table.name);
  const timeHead = Uint8Array.of(COMMA, ...nameBytes(table.timeName), EQUALS);
  const writers = block.columns.map((column, index) => writerFor(column, nameBytes(table.columnNames[index]!)));
  const rowBytes =
    head.length + timeHead.length + TIME_BYTES + writers.reduce((sum, { rowBytes: one }) => sum + one, 0);
  const text = writers.reduce((sum, { textBytes }) => sum + textBytes(from, to), 0);
  const sink: Sink = { bytes: new Uint8Array((to - from) * rowBytes + text), length: 0 };
  const words = new Uint32Array(block.timestampUs.buffer, block.timestampUs.byteOffset, 2 * block.rows);
  for (let row = from; row < to; row++) {
    putBytes(sink, head);
    const start = sink.length;
    for (let k = 0; k < writers.length; k++) writers[k]!.put(sink, row);
    const us = words[2 * row + 1]! * 4294967296 + words[2 * row]!;
    if (sink.length === start) {
      // A line must have a field: a row of nothing but nulls names its own time, which QuestDB takes as one, in microseconds.
      putBytes(sink, timeHead);
      putWhole(sink, us);
      sink.bytes[sink.length++] = LETTER_T;
    }
    // The first column's comma is the blank that ends the table's name.
    sink.bytes[start] = SPACE;
    sink.bytes[sink.length++] = SPACE;
    putWhole(sink, us);
    // Microseconds become nanoseconds as text, where nothing overflows.
    if (us > 0) for (let k = 0; k < 3; k++) sink.bytes[sink.length++] = 48;
    sink.bytes[sink.length++] = LF;
  }
  return sink.bytes.slice(0, sink.length);
}

interface Sink {
  readonly bytes: Uint8Array<ArrayBuffer>;
  length: number;
}

interface Writer {
  readonly rowBytes: number;
  textBytes(from: number, to: number): number;
  put(sink: Sink, row: number): void;
}

const noText = () => 0;
const encoder = new TextEncoder();

/** A name or text with what ends it escaped; line breaks stand behind a backslash too. */
function nameBytes(name: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(name.replace(/[ ,=\n\r"\\]/g, '\\$&'));
}

function writerFor(column: BlockColumn, name: Uint8Array): Writer {
  const head = Uint8Array.of(COMMA, ...name, EQUALS);
  const isValid = (row: number) => column.valid === null || (column.valid[row >> 3]! & (1 << (row & 7))) !== 0;
  switch (column.type) {
    case 'DOUBLE':
      return doubleWriter(Uint8Array.of(...head, EQUALS, DOUBLE_FORMAT), column.values, isValid);
    case 'BIGINT':
      return {
        rowBytes: head.length + INT64_BYTES + 1,
        textBytes: noText,
        put: integerPut(head, column.values, isValid),
      };
    case 'BOOLEAN':
      return {
        rowBytes: head.length + 1,
        textBytes: noText,
        put(sink, row) {
          if (!isValid(row)) return;
          putBytes(sink, head);
          sink.bytes[sink.length++] = column.values[row] === 0 ? LETTER_F : LETTER_T;
        },
      };
    case 'VARCHAR':
      return textWriter(head, column, isValid);
  }
}

function doubleWriter(head: Uint8Array, values: Float64Array, isValid: (row: number) => boolean): Writer {
  const one = new DataView(new ArrayBuffer(8));
  const raw = new Uint8Array(one.buffer);
  return {
    rowBytes: head.length + 8,
    textBytes: noText,
    put(sink, row) {
      const value = values[row]!;
      putBytes(sink, head);
      one.setFloat64(0, Number.isFinite(value) && isValid(row) ? value : Number.NaN, true);
      const { bytes } = sink;
      const at = sink.length;
      for (let k = 0; k < 8; k++) bytes[at + k] = raw[k]!;
      sink.length = at + 8;
    },
  };
}

function integerPut(head: Uint8Array, values: BigInt64Array, isValid: (row: number) => boolean): Writer['put'] {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  return (sink, row) => {
    if (!isValid(row)) return;
    putBytes(sink, head);
    const high = words[2 * row + 1]!;
    if (high >= 0 && high < 0x200000) putWhole(sink, high * 4294967296 + (words[2 * row]! >>> 0));
    else putLetters(sink, String(values[row]));
    sink.bytes[sink.length++] = LETTER_I;
  };
}

function textWriter(
  head: Uint8Array,
  { ends, bytes: text }: Extract<BlockColumn, { type: 'VARCHAR' }>,
  isValid: (row: number) => boolean,
): Writer {
  const startOf = (row: number) => (row === 0 ? 0 : ends[row - 1]!);
  return {
    rowBytes: head.length + 2,
    textBytes: (from, to) => (to === from ? 0 : 2 * (ends[to - 1]! - startOf(from))),
    put(sink, row) {
      if (!isValid(row)) return;
      putBytes(sink, head);
      const { bytes } = sink;
      let at = sink.length;
      bytes[at++] = QUOTE;
      for (let from = startOf(row); from < ends[row]!; from++) {
        const byte = text[from]!;
        if (byte === QUOTE || byte === BACKSLASH || byte === LF || byte === 13) bytes[at++] = BACKSLASH;
        bytes[at++] = byte;
      }
      bytes[at++] = QUOTE;
      sink.length = at;
    },
  };
}

function putBytes(sink: Sink, from: Uint8Array): void {
  const { bytes } = sink;
  let at = sink.length;
  // Names are short: a loop is faster than a call to copy.
  for (let k = 0; k < from.length; k++) bytes[at++] = from[k]!;
  sink.length = at;
}

function putLetters(sink: Sink, letters: string): void {
  for (let k = 0; k < letters.length; k++) sink.bytes[sink.length++] = letters.charCodeAt(k);
}

const digits = new Uint8Array(20);

/** A whole number from 0 to 2^53, nine digits at a time, so that most of the work is on small integers. */
function putWhole(sink: Sink, value: number): void {
  let count = 0;
  let rest = value;
  while (rest >= 1e9) {
    const quotient = Math.floor(rest / 1e9);
    let part = rest - quotient * 1e9;
    for (let k = 0; k < 9; k++) {
      const tenth = (part / 10) | 0;
      digits[count++] = 48 + part - 10 * tenth;
      part = tenth;
    }
    rest = quotient;
  }
  do {
    const tenth = (rest / 10) | 0;
    digits[count++] = 48 + rest - 10 * tenth;
    rest = tenth;
  } while (rest > 0);
  const { bytes } = sink;
  while (count > 0) bytes[sink.length++] = digits[--count]!;
}
