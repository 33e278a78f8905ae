/** `LIMIT -n` (the last n rows), `LIMIT lo,hi` and their mixtures, at the outermost level. */
import { clauseAt, type OuterSelect, outerSelect, selectItems } from './select.js';
import type { Token } from './tokens.js';

export function rewriteLimit(sql: string, tokens: readonly Token[], isMeasurement: (name: string) => boolean): string {
  const outer = outerSelect(sql, tokens);
  if (outer === undefined || outer.from < 0) return sql;
  const at = clauseAt(outer, 'LIMIT');
  if (at < 0) return sql;
  const bounds = boundsOf(outer.top.slice(at + 1));
  if (bounds === undefined) return sql;
  const body = `${sql.slice(0, outer.top[at]!.start).trimEnd()}${inTimeOrder(outer, isMeasurement)}`;
  const rest = sql.slice(outer.end);
  const [low, high] = bounds;
  if (low >= 0 && high >= low) return `${body} LIMIT ${high - low} OFFSET ${low}${rest}`;
  // Where a bound counts from the end, the number of rows must be known first.
  const rows = `(SELECT count(*) FROM (${body}))`;
  const from = placeOf(low, rows);
  const to = high === Number.POSITIVE_INFINITY ? rows : placeOf(high, rows);
  return `${body} LIMIT greatest(${to} - ${from}, 0) OFFSET ${from}${rest}`;
}

const placeOf = (bound: number, rows: string): string =>
  bound >= 0 && !Object.is(bound, -0) ? String(bound) : `greatest(${rows} - ${-bound}, 0)`;

/** From and to, counted from the end when negative; undefined for a LIMIT the engine reads as it is. */
function boundsOf(tokens: readonly Token[]): [number, number] | undefined {
  const keys = tokens.map((token) => (token.kind === 'number' ? '#' : token.key)).join('');
  if (!/^-?#(,-?#)?$/.test(keys) || keys === '#') return undefined;
  const [first, second] = tokens
    .map(({ text }) => text)
    .join('')
    .split(',')
    .map(Number) as [number, number?];
  if (!Number.isInteger(first) || (second !== undefined && !Number.isInteger(second))) return undefined;
  return second === undefined ? [first, Number.POSITIVE_INFINITY] : [first, second];
}

/** Rows of one measurement are in time order unless something else was asked; QuestDB's tables always are. */
function inTimeOrder(outer: OuterSelect, isMeasurement: (name: string) => boolean): string {
  const isPlain =
    outer.table !== undefined &&
    isMeasurement(outer.table.name) &&
    ['ORDER', 'GROUP', 'SAMPLE', 'LATEST', 'QUALIFY', 'HAVING'].every((word) => clauseAt(outer, word) < 0) &&
    selectItems(outer).every(({ tokens }) => tokens.every(({ key }) => key !== '(' && key !== 'DISTINCT'));
  return isPlain ? ' ORDER BY "timestamp"' : '';
}
