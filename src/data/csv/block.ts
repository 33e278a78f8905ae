/** The second pass over a CSV: one span of it into a block of typed columns. Rows the first pass rejected are left out by the same judgement. */
import {
  type Bits,
  type BlockColumn,
  bitsFor,
  type ColumnBlock,
  clearBit,
  putInt64,
} from '../timeseries/column-block.js';
import type { ColumnType } from '../timeseries/port.js';
import { ESCAPED, type Fields, isBlank, makeFields, QUOTE, readFields } from './fields.js';
import type { CsvHeader, Delimiter } from './header.js';
import { GOOD, judgeRow, makeRowCheck, readRowTime } from './row-check.js';
import type { CsvSpan } from './scan.js';
import type { TimeRule } from './time-cell.js';
import { kindsTakenBy, readInteger, readNumber, readTruth } from './value-cell.js';

export interface CsvBlockPlan {
  readonly delimiter: Delimiter;
  readonly header: CsvHeader;
  readonly timeRule: TimeRule;
  readonly types: readonly ColumnType[];
}

/** Columns stand in the order of `header.columns`. */
export function parseBlock(bytes: Uint8Array, span: CsvSpan, plan: CsvBlockPlan): ColumnBlock {
  const rowsMax = span.rows;
  const { header, timeRule, types, delimiter } = plan;
  const check = makeRowCheck(header, Int32Array.from(types, kindsTakenBy), timeRule);
  const fields = makeFields(header.fieldCount + 1);
  const delimiterByte = delimiter.charCodeAt(0);
  const timestampUs = new BigInt64Array(rowsMax);
  const timeWords = new Uint32Array(timestampUs.buffer);
  const columns = types.map((type) => columnFor(type, rowsMax, bytes.length));
  let rows = 0;
  for (let at = 0; at < bytes.length; ) {
    at = readFields(bytes, at, bytes.length, true, delimiterByte, fields);
    if (isBlank(fields)) continue;
    // Where the first pass found every row good, only the time is still to be read.
    const isGood = span.isClean ? readRowTime(check, bytes, fields) : judgeRow(check, bytes, fields) === GOOD;
    if (!isGood) continue;
    putInt64(timeWords, rows, check.timeUs);
    for (let index = 0; index < columns.length; index++)
      columns[index]!.put(rows, bytes, fields, header.columns[index]!.field);
    rows++;
  }
  return { rows, timestampUs: timestampUs.slice(0, rows), columns: columns.map((column) => column.finish(rows)) };
}

/** The buffers of a block, which may be moved to another thread. */
export function buffersOf(block: ColumnBlock): ArrayBuffer[] {
  const buffers = block.columns.flatMap((column) => [
    ...(column.valid === null ? [] : [column.valid.buffer]),
    ...(column.type === 'VARCHAR' ? [column.ends.buffer, column.bytes.buffer] : [column.values.buffer]),
  ]);
  return [block.timestampUs.buffer, ...buffers];
}

interface ColumnMaker {
  put(row: number, bytes: Uint8Array, fields: Fields, field: number): void;
  finish(rows: number): BlockColumn;
}

function columnFor(type: ColumnType, rowsMax: number, bytesMax: number): ColumnMaker {
  switch (type) {
    case 'DOUBLE':
      return doubleColumn(rowsMax);
    case 'BIGINT':
      return integerColumn(rowsMax);
    case 'BOOLEAN':
      return truthColumn(rowsMax);
    case 'VARCHAR':
      return textColumn(rowsMax, bytesMax);
  }
}

function doubleColumn(rowsMax: number): ColumnMaker {
  const values = new Float64Array(rowsMax);
  let valid: Bits | null = null;
  return {
    put(row, bytes, { starts, ends }, field) {
      const value = readNumber(bytes, starts[field]!, ends[field]!);
      values[row] = value;
      if (Number.isNaN(value)) {
        valid ??= bitsFor(rowsMax);
        clearBit(valid, row);
      }
    },
    finish: (rows) => ({ type: 'DOUBLE', values: values.slice(0, rows), valid }),
  };
}

function integerColumn(rowsMax: number): ColumnMaker {
  const values = new BigInt64Array(rowsMax);
  const words = new Uint32Array(values.buffer);
  let valid: Bits | null = null;
  return {
    put(row, bytes, { starts, ends }, field) {
      if (readInteger(bytes, starts[field]!, ends[field]!, values, words, row)) return;
      valid ??= bitsFor(rowsMax);
      clearBit(valid, row);
    },
    finish: (rows) => ({ type: 'BIGINT', values: values.slice(0, rows), valid }),
  };
}

function truthColumn(rowsMax: number): ColumnMaker {
  const values = new Uint8Array(rowsMax);
  let valid: Bits | null = null;
  return {
    put(row, bytes, { starts, ends }, field) {
      const value = readTruth(bytes, starts[field]!, ends[field]!);
      values[row] = value === true ? 1 : 0;
      if (value !== undefined) return;
      valid ??= bitsFor(rowsMax);
      clearBit(valid, row);
    },
    finish: (rows) => ({ type: 'BOOLEAN', values: values.slice(0, rows), valid }),
  };
}

function textColumn(rowsMax: number, bytesMax: number): ColumnMaker {
  const ends = new Uint32Array(rowsMax);
  // Text only gets shorter on the way: the bytes of the span are always enough.
  const text = new Uint8Array(bytesMax);
  let valid: Bits | null = null;
  let length = 0;
  return {
    put(row, bytes, fields, field) {
      const end = fields.ends[field]!;
      const isEscaped = fields.kinds[field] === ESCAPED;
      if (fields.starts[field]! >= end) {
        valid ??= bitsFor(rowsMax);
        clearBit(valid, row);
      } else {
        for (let from = fields.starts[field]!; from < end; from++) {
          text[length++] = bytes[from]!;
          if (isEscaped && bytes[from] === QUOTE) from++;
        }
      }
      ends[row] = length;
    },
    finish: (rows) => ({ type: 'VARCHAR', ends: ends.slice(0, rows), bytes: text.slice(0, length), valid }),
  };
}
