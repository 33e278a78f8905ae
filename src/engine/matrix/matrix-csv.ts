/** A matrix as CSV and back: UTF-8, `\n`, fixed column order, shortest round-trip numbers, null is the empty field. */
import { errors } from '#base/errors.js';
import { parseDay, parseTime } from '../calendar/civil-date.js';
import { cellAt, sharedNumbers, type Table, type TableColumn } from './table.js';

/** The same table gives the same text, byte for byte; it is ASCII but for the tickers and headings of a client. */
export function formatMatrixCsv(table: Table): string {
  const lines = [table.columns.map(({ name }) => quoted(name)).join(',')];
  for (let row = 0; row < table.rows; row++)
    lines.push(table.columns.map((column) => formatCell(column, row)).join(','));
  return `${lines.join('\n')}\n`;
}

function formatCell(column: TableColumn, row: number): string {
  const cell = cellAt(column, row);
  if (cell === null) return '';
  return typeof cell === 'string' ? quoted(cell) : String(cell);
}

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const TIME_COLUMNS = ['ts', 't1'];
const DAY_COLUMNS = ['date'];
/** Written as text, whatever they look like. */
const TEXT_COLUMNS = ['ticker'];
/** Numbers in every matrix, whatever is written there. */
const NUMBER_COLUMNS =
  /^(open|high|low|close|volume|vwap|spy_prev_close|hour_et|day_of_week|bar_index|label_side|next_open|next_close|ret_.*)$/;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** How files of other programs write null. */
const NULLS = new Set(['', 'nan', 'null', 'none', 'na', 'n/a', '<na>']);

/**
 * Reads our own matrix or a client's. `ts` and `t1` are times, `date` a day, a column of true and false is a flag, a column
 * of numbers is numbers, any other is text. Throws `matrix_csv_invalid` with the row (the heading is row 1).
 */
export function parseMatrixCsv(csv: string): Table {
  const [header, ...records] = splitRecords(csv.charCodeAt(0) === 0xfeff ? csv.slice(1) : csv);
  if (header === undefined) throw errors.matrixCsvInvalid('the file is empty');
  const names = header.map((name) => name.trim());
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined) throw errors.matrixCsvInvalid(`the column ${repeated} stands there twice`, 1);
  records.forEach((record, at) => {
    if (record.length !== names.length)
      throw errors.matrixCsvInvalid(`${record.length} fields instead of ${names.length}`, at + 2);
  });
  return {
    rows: records.length,
    columns: names.map((name, at) =>
      parseColumn(
        name,
        records.map((record) => record[at]!.trim()),
      ),
    ),
  };
}

function parseColumn(name: string, cells: readonly string[]): TableColumn {
  if (TIME_COLUMNS.includes(name))
    return { name, kind: 'time', values: parseWith(name, cells, parseTime, 'an ISO 8601 time') };
  if (DAY_COLUMNS.includes(name))
    return { name, kind: 'day', values: parseWith(name, cells, dayOfCell, 'a date YYYY-MM-DD') };
  if (TEXT_COLUMNS.includes(name)) return { name, kind: 'text', values: cells };
  if (cells.every((cell) => isNull(cell) || isFlag(cell)) && cells.some(isFlag)) {
    return { name, kind: 'flag', values: numbersOf(cells) };
  }
  if (!isMeantAsNumbers(name, cells))
    return { name, kind: 'text', values: cells.map((cell) => (isNull(cell) ? '' : cell)) };
  const bad = cells.findIndex((cell) => !isNull(cell) && !isFlag(cell) && !isNumber(cell));
  if (bad >= 0) throw errors.matrixCsvInvalid(`${name} must be a number, not ${cells[bad]!.slice(0, 40)}`, bad + 2);
  return { name, kind: 'number', values: numbersOf(cells) };
}

/** One bad cell does not make prices a text: it is an error, else the column would silently be missing. */
function isMeantAsNumbers(name: string, cells: readonly string[]): boolean {
  if (NUMBER_COLUMNS.test(name)) return true;
  const known = cells.filter((cell) => !isNull(cell));
  return 2 * known.filter((cell) => isNumber(cell) || isFlag(cell)).length >= known.length;
}

/** A date, or the date of a time. */
const dayOfCell = (cell: string) => parseDay(cell.slice(0, 10));

const isNull = (cell: string) => NULLS.has(cell.toLowerCase());

/** Decimal and within the doubles: 1e999 is no number, 0x10 neither. */
const isNumber = (cell: string) => DECIMAL.test(cell) && Number.isFinite(Number(cell));

const isFlag = (cell: string) => /^(true|false)$/i.test(cell);

function numbersOf(cells: readonly string[]): Float64Array {
  const values = sharedNumbers(cells.length);
  cells.forEach((cell, row) => {
    values[row] = isNull(cell) ? Number.NaN : isFlag(cell) ? Number(cell.toLowerCase() === 'true') : Number(cell);
  });
  return values;
}

function parseWith(
  name: string,
  cells: readonly string[],
  parse: (cell: string) => number | undefined,
  wanted: string,
): Float64Array {
  const values = sharedNumbers(cells.length);
  cells.forEach((cell, row) => {
    const value = isNull(cell) ? Number.NaN : parse(cell);
    if (value === undefined) throw errors.matrixCsvInvalid(`${name} must be ${wanted}`, row + 2);
    values[row] = value;
  });
  return values;
}

/** RFC 4180 records; both line endings, empty lines skipped. */
function splitRecords(csv: string): string[][] {
  if (!csv.includes('"')) {
    const lines = csv.split(/\r?\n/).filter((line) => line !== '');
    return lines.map((line) => line.split(','));
  }
  return splitQuoted(csv);
}

function splitQuoted(csv: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  // One field and the comma or line end after it.
  const field = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  while (field.lastIndex < csv.length) {
    const match = field.exec(csv);
    if (match === null) throw errors.matrixCsvInvalid('a quote stands where none may', records.length + 1);
    record.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] === ',') continue;
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
  }
  if (record.length > 0) records.push([...record, '']);
  return records;
}
