/** Records as CSV or JSON lines: the vendor's names and order of fields, times and prices as people read them, and the symbol. */
import { assert } from '#base/assert.js';
import { errors } from '#base/errors.js';
import { columnOf, type DbnBlock } from '../block.js';
import { type Column, wideField } from '../column.js';
import type { DbnMetadata } from '../metadata.js';
import { recordTypeOf } from '../record-type.js';
import { type SymbolTable, symbolTable } from '../symbols.js';
import { valueAt } from './values.js';

export type TextFormat = 'csv' | 'json';

type Value = string | number | null;
type Cell = (row: number) => Value;

/** Lines are given in pieces of about so many characters. */
const PIECE = 65_536;

/**
 * A CSV begins with a header; each line of JSON is an object. Integers of 64 bits are text in JSON, and what is not known is null, or
 * empty in CSV. Errors: dbnTextInvalid when CSV meets a second kind of record, which has other columns.
 */
export async function* writeText(
  blocks: AsyncIterable<DbnBlock>,
  metadata: DbnMetadata | undefined,
  format: TextFormat,
): AsyncGenerator<string, void> {
  const symbols = metadata === undefined ? undefined : symbolTable(metadata);
  let names: readonly string[] | undefined;
  let line = 1;
  let text = '';
  for await (const block of blocks) {
    const cells = cellsOf(block, symbols);
    const columns = [...cells.keys()];
    if (format === 'csv' && names === undefined) text += `${columns.join(',')}\n`;
    if (format === 'csv' && names !== undefined && names.join() !== columns.join())
      throw errors.dbnTextInvalid(
        line,
        `its record (${block.kind}) has other columns than those before; JSON holds both`,
      );
    names = columns;
    const say = format === 'csv' ? csvLine : jsonLine;
    for (let row = 0; row < block.rows; row++) {
      text += say(cells, row);
      line++;
      if (text.length < PIECE) continue;
      yield text;
      text = '';
    }
    // What stands before a damaged place is said before the failure is.
    if (text !== '') yield text;
    text = '';
  }
}

/** Times and ids first, then what the kind leads with, then the rest as its bytes lie. */
function cellsOf(block: DbnBlock, symbols: SymbolTable | undefined): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  const put = (column: Column | undefined) => {
    if (column === undefined || column.type === 'bytes' || cells.has(column.name)) return;
    cells.set(column.name, (row) => valueAt(column, row));
  };
  const names = ['ts_recv', 'ts_event'];
  for (const name of names) put(columnOf(block, name));
  cells.set('rtype', () => block.rtype);
  const leading = recordTypeOf(block.rtype)?.leading ?? [];
  for (const name of ['publisher_id', 'instrument_id', ...leading]) put(columnOf(block, name));
  for (const column of block.columns) put(column);
  if (block.tsOut !== undefined) put(wideField('ts_out', 'time', block.tsOut));
  if (symbols !== undefined) cells.set('symbol', symbolCell(block, symbols));
  return cells;
}

/** By the index time: ts_recv where a record has one. */
function symbolCell(block: DbnBlock, symbols: SymbolTable): Cell {
  const ids = columnOf(block, 'instrument_id');
  const times = columnOf(block, 'ts_recv') ?? columnOf(block, 'ts_event');
  assert(ids?.store === 'number' && times?.store === 'wide', 'every record has an instrument and a time');
  return (row) => symbols.symbolAt(ids.values[row]!, times.wide, row);
}

const csvLine = (cells: ReadonlyMap<string, Cell>, row: number): string =>
  `${Array.from(cells.values(), (cell) => quoted(cell(row))).join(',')}\n`;

const quoted = (value: Value): string => {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

function jsonLine(cells: ReadonlyMap<string, Cell>, row: number): string {
  const record: Record<string, Value> = {};
  for (const [name, cell] of cells) record[name] = cell(row);
  return `${JSON.stringify(record)}\n`;
}
