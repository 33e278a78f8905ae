/** `FROM t [WHERE ...] LATEST ON timestamp PARTITION BY c`: of every c its latest row, before anything is selected or counted. */
import { quoted } from '../names.js';
import { clauseAt, outerSelect } from './select.js';
import { nameOf, type Token } from './tokens.js';

const AFTER = new Set(['GROUP', 'ORDER', 'LIMIT', 'SAMPLE', 'HAVING']);

export function rewriteLatestOn(sql: string, tokens: readonly Token[]): string {
  const outer = outerSelect(sql, tokens);
  if (outer?.table === undefined) return sql;
  const { top, from, table } = outer;
  const at = clauseAt(outer, 'LATEST', 'ON');
  const time = top[at + 2];
  const isWhole = at >= 0 && time !== undefined && top[at + 3]?.key === 'PARTITION' && top[at + 4]?.key === 'BY';
  if (!isWhole || nameOf(time) === undefined) return sql;
  const after = top.findIndex(({ key }, index) => index > at + 4 && AFTER.has(key));
  const keys = top.slice(at + 5, after < 0 ? undefined : after);
  if (keys.length === 0) return sql;
  const keyText = sql.slice(keys[0]!.start, keys.at(-1)!.end);
  const source = sql.slice(top[from + 1]!.start, top[at]!.start).trimEnd();
  const latest = `QUALIFY row_number() OVER (PARTITION BY ${keyText} ORDER BY ${time.text} DESC) = 1`;
  const inner = `(SELECT * FROM ${source} ${latest} ORDER BY ${time.text}) AS ${quoted(table.alias)}`;
  return `${sql.slice(0, top[from]!.end)} ${inner}${sql.slice(keys.at(-1)!.end)}`;
}
