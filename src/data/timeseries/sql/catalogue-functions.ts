/** `SHOW TABLES`, `tables()` and `table_columns('t')`: answered from the catalogue, as rows written into the statement. */
import type { Measurement } from '../port.js';
import { BACKEND_PROFILES } from '../profiles.js';
import { applyEdits, type Edit, nameOf, sqlText, type Token, textOf } from './tokens.js';

export interface KnownMeasurements {
  find(name: string): Measurement | undefined;
  list(prefix: string): readonly Measurement[];
}

/** Each call becomes all rows of the catalogue: a statement that repeats them without end is not written out. */
const CALLS_MAX = 10;

export function rewriteCatalogueFunctions(sql: string, tokens: readonly Token[], known: KnownMeasurements): string {
  const keys = tokens.map(({ key }) => key).filter((key) => key !== ';');
  if (keys.length === 2 && keys[0] === 'SHOW' && keys[1] === 'TABLES')
    return `SELECT * FROM ${rowsOf(
      'tables',
      ['table_name'],
      known.list('').map(({ name }) => [name]),
    )}`;
  const shown =
    keys.length === 4 && keys[0] === 'SHOW' && keys[1] === 'COLUMNS' && keys[2] === 'FROM' && nameOf(tokens[3]!);
  if (shown) return `SELECT * FROM ${columnRows(shown, known) ?? tokens[3]!.text}`;
  return rewriteCalls(sql, tokens, known);
}

function rewriteCalls(sql: string, tokens: readonly Token[], known: KnownMeasurements): string {
  const edits: Edit[] = [];
  for (let index = 0; index < tokens.length; index++) {
    // Alone it is a statement of QuestDB's; after FROM or JOIN it is a table.
    const before = tokens[index - 1]?.key;
    if (before !== undefined && before !== 'FROM' && before !== 'JOIN' && before !== ',') continue;
    const call = callAt(tokens, index, known);
    if (call === undefined) continue;
    const lead = before === undefined ? 'SELECT * FROM ' : '';
    edits.push({ start: tokens[index]!.start, end: tokens[call.last]!.end, text: lead + call.rows });
    if (edits.length > CALLS_MAX) return sql;
  }
  return applyEdits(sql, edits);
}

function callAt(
  tokens: readonly Token[],
  index: number,
  known: KnownMeasurements,
): { readonly rows: string; readonly last: number } | undefined {
  const { key } = tokens[index]!;
  if (tokens[index + 1]?.key !== '(') return undefined;
  const argument = tokens[index + 2];
  if (key === 'TABLES' && argument?.key === ')') return { rows: tableRows(known), last: index + 2 };
  if (key !== 'TABLE_COLUMNS' || argument?.kind !== 'text' || tokens[index + 3]?.key !== ')') return undefined;
  const rows = columnRows(textOf(argument), known);
  return rows === undefined ? undefined : { rows, last: index + 3 };
}

const tableRows = (known: KnownMeasurements): string =>
  rowsOf(
    'tables',
    ['name', 'designatedTimestamp', 'partitionBy'],
    known.list('').map(({ name }) => [name, 'timestamp', BACKEND_PROFILES.embedded.partitionBy]),
  );

const columnRows = (name: string, known: KnownMeasurements): string | undefined => {
  const measurement = known.find(name);
  return (
    measurement &&
    rowsOf(
      'table_columns',
      ['column', 'type', 'designated'],
      measurement.columns.map((column) => [column.name, column.type, column.type === 'TIMESTAMP']),
    )
  );
};

function rowsOf(alias: string, columns: readonly string[], rows: readonly (readonly (string | boolean)[])[]): string {
  const names = columns.map((column) => `"${column}"`).join(', ');
  const say = (value: string | boolean) => (typeof value === 'string' ? sqlText(value) : String(value));
  if (rows.length > 0)
    return `(VALUES ${rows.map((row) => `(${row.map(say).join(', ')})`).join(', ')}) AS ${alias}(${names})`;
  const empty = columns.map((column) => `NULL::VARCHAR AS "${column}"`).join(', ');
  return `(SELECT ${empty} WHERE false) AS ${alias}`;
}
