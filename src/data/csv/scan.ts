/**
 * The first pass over a CSV: how many rows, what types, which rows cannot be stored, and where to cut it into blocks.
 *
 * Nothing is kept but that, so a file of any size takes the memory of one block. The file is read once from front to back;
 * the second pass (`block.ts`) reads the blocks, on as many threads as there are.
 */
import type { FileHandle } from 'node:fs/promises';
import { errors } from '#base/errors.js';
import type { ColumnType } from '../timeseries/port.js';
import { INCOMPLETE, isBlank, LF, makeFields, readFields } from './fields.js';
import { type CsvHeader, type Delimiter, HEADER_BYTES_MAX, readHeader } from './header.js';
import { type CsvRowFault, describeFault, GOOD, givenRule, judgeRow, makeRowCheck } from './row-check.js';
import type { TimeRule, TimeUnit } from './time-cell.js';
import { kindsTakenBy, TEXT, typeOfKinds } from './value-cell.js';

export interface CsvScanRequest {
  readonly path: string;
  readonly delimiter: Delimiter;
  readonly timestampUnit?: TimeUnit;
  /** Types that columns already have in the table, by lower-case name. */
  readonly storedTypes: Readonly<Record<string, ColumnType>>;
}

export interface CsvScan {
  readonly header: CsvHeader;
  /** Null when no row had a readable time. */
  readonly timeRule: TimeRule | null;
  /** Data rows, good and bad. */
  readonly rows: number;
  readonly rowsRejected: number;
  /** The first 100. */
  readonly faults: readonly CsvRowFault[];
  /** Of `header.columns`, in their order: what the cells are read as. */
  readonly types: readonly ColumnType[];
  readonly spans: readonly CsvSpan[];
}

/** A run of whole records of the file. */
export interface CsvSpan {
  readonly offset: number;
  readonly bytes: number;
  readonly rows: number;
  /** No row of it was rejected. */
  readonly isClean: boolean;
}

export interface ScanHear {
  shouldStop(): boolean;
}

export const SPAN_ROWS_MAX = 65_536;
const SPAN_BYTES_MAX = 8 << 20;
const READ_BYTES = 1 << 20;
/** A record longer than this is a fault of its row: no honest row is, and memory must stay bounded. */
export const RECORD_BYTES_MAX = 4 << 20;
const FAULTS_KEPT = 100;

export async function scanCsv(file: FileHandle, request: CsvScanRequest, hear: ScanHear): Promise<CsvScan> {
  const head = new Uint8Array(HEADER_BYTES_MAX);
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  const header = readHeader(head.subarray(0, bytesRead), request.delimiter);
  const scanner = makeScanner(header, request);
  const buffer = new Uint8Array(RECORD_BYTES_MAX + READ_BYTES);
  let filled = 0;
  let position = header.bodyOffset;
  for (;;) {
    if (hear.shouldStop()) throw errors.cancelled();
    const read = await file.read(buffer, filled, READ_BYTES, position + filled);
    filled += read.bytesRead;
    const isLast = read.bytesRead === 0;
    const used = scanner.feed(buffer, filled, isLast, position);
    buffer.copyWithin(0, used, filled);
    position += used;
    filled -= used;
    if (isLast) return scanner.finish();
  }
}

interface Scanner {
  /** Takes the whole records of `bytes[0, limit)`, which lie at `position` in the file; gives how many bytes it took. */
  feed(bytes: Uint8Array, limit: number, isLast: boolean, position: number): number;
  finish(): CsvScan;
}

function makeScanner(header: CsvHeader, { delimiter, timestampUnit, storedTypes }: CsvScanRequest): Scanner {
  const stored = header.columns.map(({ name }) => storedTypes[name.toLowerCase()]);
  const kindsTaken = Int32Array.from(stored, (type) => kindsTakenBy(type ?? 'VARCHAR'));
  const check = makeRowCheck(header, kindsTaken, givenRule(timestampUnit));
  const fields = makeFields(header.fieldCount + 1);
  const seen = new Int32Array(header.columns.length);
  const delimiterByte = delimiter.charCodeAt(0);
  const faults: CsvRowFault[] = [];
  const spans: CsvSpan[] = [];
  let span = { offset: header.bodyOffset, rows: 0, isClean: true };
  let line = header.bodyLine;
  let rows = 0;
  let rowsRejected = 0;
  let isSkipping = false;

  const closeSpan = (end: number) => {
    if (span.rows > 0) spans.push({ ...span, bytes: end - span.offset });
    span = { offset: end, rows: 0, isClean: true };
  };
  const reject = (fault: () => CsvRowFault) => {
    rowsRejected++;
    span.isClean = false;
    if (faults.length < FAULTS_KEPT) faults.push(fault());
  };
  const takes = (column: number) => (stored[column] === 'BOOLEAN' ? 'true or false' : 'a number');

  const skipLine = (bytes: Uint8Array, limit: number, position: number): number => {
    const lineEnd = bytes.subarray(0, limit).indexOf(LF);
    if (lineEnd < 0) return limit;
    isSkipping = false;
    line++;
    span = { offset: position + lineEnd + 1, rows: 0, isClean: true };
    return lineEnd + 1;
  };

  return {
    feed(bytes, limit, isLast, position) {
      let at = isSkipping ? skipLine(bytes, limit, position) : 0;
      while (at < limit && !isSkipping) {
        const next = readFields(bytes, at, limit, isLast, delimiterByte, fields);
        if (next === INCOMPLETE) {
          if (limit - at < RECORD_BYTES_MAX) break;
          closeSpan(position + at);
          rows++;
          const row = line;
          reject(() => ({
            row,
            column: null,
            message: `the row is longer than ${RECORD_BYTES_MAX} bytes`,
            value: null,
          }));
          isSkipping = true;
          at += skipLine(bytes.subarray(at), limit - at, position + at);
          continue;
        }
        if (!isBlank(fields)) {
          rows++;
          span.rows++;
          const where = judgeRow(check, bytes, fields);
          if (where === GOOD) for (let k = 0; k < seen.length; k++) seen[k]! |= check.kinds[k]!;
          else {
            const row = line;
            reject(() => describeFault(check, bytes, fields, where, row, takes));
          }
        }
        line += fields.lines;
        at = next;
        if (span.rows >= SPAN_ROWS_MAX || position + at - span.offset >= SPAN_BYTES_MAX) closeSpan(position + at);
      }
      if (isLast) closeSpan(position + at);
      return at;
    },
    finish() {
      if (rows === 0) throw errors.csvEmpty();
      const types = stored.map((type, column) => readAs(type, seen[column]!));
      return { header, timeRule: check.timeRule ?? null, rows, rowsRejected, faults, types, spans };
    },
  };
}

/** A column of the table decides how its cells are read; integers stay integers there only while all of them are. */
function readAs(stored: ColumnType | undefined, kinds: number): ColumnType {
  if (stored === undefined) return typeOfKinds(kinds);
  if (stored === 'BIGINT' && kinds !== 0) return typeOfKinds(kinds & ~TEXT);
  return stored;
}
