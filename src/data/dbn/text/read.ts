/** Records out of rows of text, by the names of their fields: the way back of `write.ts`. */
import { errors } from '#base/errors.js';
import { type DbnBlock, makeBlock, setRows } from '../block.js';
import { type Column, setText, setWhole, wideField } from '../column.js';
import { ABSENT, recordTypeOf } from '../record-type.js';
import type { TextRow } from './rows.js';
import { parseWhole } from './values.js';

const ROWS_PER_BLOCK = 8192;

/**
 * Blocks of version 3 in the order of the rows; a block is lent until the next one is asked for. A field without a column is what a
 * version says that lacks it; `rtype` has to be there, and what is no field (the symbol) is passed over.
 * Errors: dbnTextInvalid with the line.
 */
export async function* blocksOfText(rows: AsyncIterable<TextRow>, tsOut: boolean): AsyncGenerator<DbnBlock, void> {
  const blocks = new Map<number, DbnBlock>();
  let open: DbnBlock | undefined;
  for await (const row of rows) {
    const rtype = rtypeOf(row);
    if (open !== undefined && (open.rtype !== rtype || open.rows === ROWS_PER_BLOCK)) {
      yield open;
      setRows(open, 0);
      open = undefined;
    }
    open ??= blocks.get(rtype) ?? makeBlock(rtype, 3, ROWS_PER_BLOCK, { tsOut });
    blocks.set(rtype, open);
    const at = open.rows;
    for (const column of open.columns) put(column, at, row);
    if (open.tsOut !== undefined) put(wideField('ts_out', 'time', open.tsOut), at, row);
    setRows(open, at + 1);
  }
  if (open !== undefined && open.rows > 0) yield open;
}

export function rtypeOf({ values, line }: TextRow): number {
  const rtype = parseWhole('u8', values.rtype ?? '');
  if (rtype === undefined || recordTypeOf(Number(rtype)) === undefined)
    throw errors.dbnTextInvalid(line, `its rtype is '${values.rtype ?? ''}', which is no kind of record`);
  return Number(rtype);
}

function put(column: Column, at: number, { values, line }: TextRow): void {
  const text = values[column.name];
  if (column.store === 'bytes') {
    if (column.type === 'bytes') column.bytes.fill(0, at * column.width, (at + 1) * column.width);
    else if (!setText(column, at, text ?? ''))
      throw errors.dbnTextInvalid(line, `${column.name} does not fit ${column.width - 1} characters of one byte`);
    return;
  }
  const value = text === undefined ? (ABSENT[column.name] ?? 0n) : parseWhole(column.type, text);
  if (value === undefined) throw errors.dbnTextInvalid(line, `${column.name} is '${text}', which is no ${column.type}`);
  setWhole(column, at, value);
}
