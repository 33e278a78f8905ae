/** The first line of a CSV: which column is the time, what the others are called, and what is wrong with it. */
import { isUtf8 } from 'node:buffer';
import { errors } from '#base/errors.js';
import { COLUMN_NAME_MAX, cleanColumnName } from '../timeseries/names.js';
import { fieldText, INCOMPLETE, isBlank, makeFields, readFields } from './fields.js';

export type Delimiter = ',' | ';' | '\t';

export interface CsvHeader {
  /** Where the data begins: byte offset and line of the file (from 1). */
  readonly bodyOffset: number;
  readonly bodyLine: number;
  readonly fieldCount: number;
  readonly timeField: number;
  readonly timeName: string;
  readonly columns: readonly HeaderColumn[];
  readonly warnings: readonly string[];
}

export interface HeaderColumn {
  readonly field: number;
  readonly name: string;
}

export const HEADER_BYTES_MAX = 1 << 20;
const FIELDS_MAX = 10_000;
const BOM = [0xef, 0xbb, 0xbf];

/** Reads the header from the head of a file. Throws csvColumnMissing, csvHeaderInvalid, or csvEmpty when there is no line at all. */
export function readHeader(head: Uint8Array, delimiter: Delimiter): CsvHeader {
  const fields = makeFields(FIELDS_MAX);
  let offset = BOM.every((byte, index) => head[index] === byte) ? BOM.length : 0;
  let line = 1;
  for (let start = offset; ; start = offset) {
    if (start >= head.length) throw errors.csvEmpty();
    const next = readFields(head, start, head.length, true, delimiter.charCodeAt(0), fields);
    if (next === INCOMPLETE) throw errors.csvEmpty();
    offset = next;
    line += fields.lines;
    if (!isBlank(fields)) {
      if (!isUtf8(head.subarray(start, next))) throw errors.csvHeaderInvalid('it is not valid UTF-8', []);
      break;
    }
  }
  if (fields.fault !== null) throw errors.csvHeaderInvalid(fields.fault, []);
  if (fields.count > FIELDS_MAX) throw errors.csvHeaderInvalid(`it has more than ${FIELDS_MAX} columns`, []);
  const names = Array.from({ length: fields.count }, (_, field) => fieldText(head, fields, field).trim());
  return { bodyOffset: offset, bodyLine: line, fieldCount: names.length, ...interpret(names) };
}

/** True when anything but blank lines follows the header. */
export function hasRows(head: Uint8Array, { bodyOffset }: CsvHeader): boolean {
  for (let i = bodyOffset; i < head.length; i++) if (head[i] !== 10 && head[i] !== 13) return true;
  return false;
}

function interpret(names: readonly string[]): Pick<CsvHeader, 'timeField' | 'timeName' | 'columns' | 'warnings'> {
  const warnings: string[] = [];
  const lower = names.map((name) => name.toLowerCase());
  const unixField = lower.indexOf('timestamp_unix');
  const plainField = lower.indexOf('timestamp');
  const timeField = unixField >= 0 ? unixField : plainField;
  const cleaned = names.map((name, field) => {
    const clean = cleanColumnName(name);
    const isTime = field === unixField || field === plainField;
    if (clean !== name && !isTime) warnings.push(`Column '${name}' is stored as '${clean}'`);
    return clean;
  });
  checkNames(names, cleaned);
  if (timeField < 0) throw errors.csvColumnMissing('timestamp_unix');
  if (unixField >= 0 && plainField >= 0)
    warnings.push("Column 'timestamp' is ignored: 'timestamp_unix' is the time of this file");
  const columns = cleaned.flatMap((name, field) =>
    field === unixField || field === plainField ? [] : [{ field, name }],
  );
  return { timeField, timeName: names[timeField]!, columns, warnings };
}

function checkNames(names: readonly string[], cleaned: readonly string[]): void {
  const empty = cleaned.flatMap((name, field) => (name === '' ? [`column ${field + 1}`] : []));
  if (empty.length > 0) throw errors.csvHeaderInvalid('a column has no name', empty);
  const long = cleaned.filter((name) => name.length > COLUMN_NAME_MAX).map((name) => name.slice(0, 200));
  if (long.length > 0)
    throw errors.csvHeaderInvalid(`a column name is longer than ${COLUMN_NAME_MAX} characters`, long);
  const met = new Map<string, number>();
  for (const name of cleaned) met.set(name.toLowerCase(), (met.get(name.toLowerCase()) ?? 0) + 1);
  const repeated = names.filter((_, field) => met.get(cleaned[field]!.toLowerCase())! > 1);
  if (repeated.length > 0) throw errors.csvHeaderInvalid('column names are equal', repeated);
}
