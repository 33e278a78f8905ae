/** `timestamp IN '2025-01'`: a year, month, day, hour or minute as text, said as two comparisons. */
import { applyEdits, type Edit, nameOf, type Token, textOf } from './tokens.js';

const INTERVAL = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::(\d\d))?)?)?)?Z?$/;

export function rewriteIntervals(sql: string, tokens: readonly Token[]): string {
  const edits: Edit[] = [];
  for (let index = 2; index < tokens.length; index++) {
    if (tokens[index]!.kind !== 'text' || tokens[index - 1]!.key !== 'IN') continue;
    const bounds = boundsOf(textOf(tokens[index]!));
    const isNegated = tokens[index - 2]!.key === 'NOT';
    const last = index - (isNegated ? 3 : 2);
    const first = columnStart(tokens, last);
    if (bounds === undefined || first === undefined) continue;
    const column = sql.slice(tokens[first]!.start, tokens[last]!.end);
    const said = `(${column} >= TIMESTAMP '${bounds[0]}' AND ${column} < TIMESTAMP '${bounds[1]}')`;
    const text = isNegated ? `(NOT ${said})` : said;
    edits.push({ start: tokens[first]!.start, end: tokens[index]!.end, text });
  }
  return applyEdits(sql, edits);
}

/** The first token of `a`, `t.a` or `"t"."a"` that ends at `last`. */
function columnStart(tokens: readonly Token[], last: number): number | undefined {
  if (tokens[last] === undefined || nameOf(tokens[last]) === undefined) return undefined;
  const isQualified =
    tokens[last - 1]?.key === '.' && tokens[last - 2] !== undefined && nameOf(tokens[last - 2]!) !== undefined;
  return isQualified ? last - 2 : last;
}

/** From the beginning of the interval to the beginning of the next one. */
function boundsOf(text: string): [string, string] | undefined {
  const parts = INTERVAL.exec(text);
  if (parts === null) return undefined;
  const given = parts
    .slice(1)
    .filter((part) => part !== undefined)
    .map(Number);
  const [year, month = 1, day = 1, hour = 0, minute = 0] = given as [number, number?, number?, number?, number?];
  const start = new Date(Date.UTC(year, month - 1, day, hour, minute));
  const isReal = start.getUTCFullYear() === year && start.getUTCMonth() === month - 1 && start.getUTCDate() === day;
  if (!isReal || hour > 23 || minute > 59) return undefined;
  const next = new Date(start);
  if (given.length === 1) next.setUTCFullYear(year + 1);
  else if (given.length === 2) next.setUTCMonth(month);
  else next.setTime(start.getTime() + [86_400_000, 3_600_000, 60_000][given.length - 3]!);
  return [sayTime(start), sayTime(next)];
}

const sayTime = (time: Date) => time.toISOString().slice(0, 19).replace('T', ' ');
