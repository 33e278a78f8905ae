/** Whether a row of a CSV may be stored: the one judgement both passes over the file share, so that they agree on every row. */
import { type Fields, fieldText } from './fields.js';
import type { CsvHeader } from './header.js';
import { readTime, TIME_UNREADABLE, type TimeRule, type TimeUnit, timeFaultText, timeRuleOf } from './time-cell.js';
import { kindOf, UNSTORABLE } from './value-cell.js';

/** A row fault as stage1.md 6.7 reports it; `row` is the line of the file. */
export interface CsvRowFault {
  readonly row: number;
  readonly column: string | null;
  readonly message: string;
  readonly value: string | null;
}

export interface RowCheck {
  readonly header: CsvHeader;
  /** For each column, which kinds of cell it takes. */
  readonly kindsTaken: Int32Array;
  /** What the file's times are; unknown until the first row that has one. */
  timeRule: TimeRule | undefined;
  /** Of the row last judged: its time, and the kind of each column's cell. */
  timeUs: number;
  readonly kinds: Int32Array;
}

export function makeRowCheck(header: CsvHeader, kindsTaken: Int32Array, timeRule: TimeRule | undefined): RowCheck {
  return { header, kindsTaken, timeRule, timeUs: 0, kinds: new Int32Array(header.columns.length) };
}

export const givenRule = (unit: TimeUnit | undefined): TimeRule | undefined =>
  unit === undefined ? undefined : { form: 'number', unit, isGiven: true };

/** -1 when the row is good; else the number of the fault's column, TIME_COLUMN or WHOLE_ROW. */
export function judgeRow(check: RowCheck, bytes: Uint8Array, fields: Fields): number {
  const { header, kinds, kindsTaken } = check;
  if (fields.fault !== null || fields.count !== header.fieldCount) return WHOLE_ROW;
  if (!readRowTime(check, bytes, fields)) return TIME_COLUMN;
  const { starts, ends } = fields;
  const { columns } = header;
  for (let index = 0; index < columns.length; index++) {
    const field = columns[index]!.field;
    const kind = kindOf(bytes, starts[field]!, ends[field]!);
    if ((kind & ~kindsTaken[index]!) !== 0) return index;
    kinds[index] = kind;
  }
  return GOOD;
}

/** Reads the row's time into `check.timeUs`; the first readable one decides how the file writes them. */
export function readRowTime(check: RowCheck, bytes: Uint8Array, { starts, ends }: Fields): boolean {
  const start = starts[check.header.timeField]!;
  const end = ends[check.header.timeField]!;
  check.timeRule ??= timeRuleOf(bytes, start, end);
  check.timeUs = check.timeRule === undefined ? TIME_UNREADABLE : readTime(bytes, start, end, check.timeRule);
  return check.timeUs >= 0;
}

export const GOOD = -1;
export const TIME_COLUMN = -2;
export const WHOLE_ROW = -3;

const VALUE_LENGTH_MAX = 200;

export function describeFault(
  check: RowCheck,
  bytes: Uint8Array,
  fields: Fields,
  where: number,
  row: number,
  takes: (column: number) => string,
): CsvRowFault {
  const { header } = check;
  const shown = (field: number) => fieldText(bytes, fields, field).slice(0, VALUE_LENGTH_MAX);
  if (where === WHOLE_ROW) {
    const message = fields.fault ?? `expected ${header.fieldCount} cells, found ${fields.count}`;
    return { row, column: null, message, value: null };
  }
  if (where === TIME_COLUMN) {
    const { timeField, timeName } = header;
    // Without a rule yet, reading it as seconds tells missing from negative from unreadable.
    const rule = check.timeRule ?? { form: 'number', unit: 's', isGiven: true };
    const fault = readTime(bytes, fields.starts[timeField]!, fields.ends[timeField]!, rule);
    return { row, column: timeName, message: timeFaultText(fault, check.timeRule), value: shown(timeField) };
  }
  const { field, name } = header.columns[where]!;
  const isText = kindOf(bytes, fields.starts[field]!, fields.ends[field]!) === UNSTORABLE;
  const message = isText ? 'not UTF-8 text, or it holds a NUL byte' : `not ${takes(where)}`;
  return { row, column: name, message, value: shown(field) };
}
