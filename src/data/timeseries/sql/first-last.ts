/** `first(x)` and `last(x)` by time, as QuestDB means them: the engine alone would take whichever row a thread saw first. */
import { outerSelect } from './select.js';
import type { Token } from './tokens.js';

export function rewriteFirstLast(
  sql: string,
  tokens: readonly Token[],
  isMeasurement: (name: string) => boolean,
): string {
  const outer = outerSelect(sql, tokens);
  if (outer?.table === undefined || !isMeasurement(outer.table.name)) return sql;
  let rewritten = sql;
  const listEnd = outer.top[outer.from]!.start;
  const listStart = outer.top[outer.select]!.end;
  for (let index = tokens.length - 1; index >= 0; index--) {
    const { key, start } = tokens[index]!;
    const isCall =
      (key === 'FIRST' || key === 'LAST') && tokens[index + 1]?.key === '(' && start > listStart && start < listEnd;
    if (!isCall) continue;
    const { depth } = tokens[index + 1]!;
    const close = tokens.findIndex((token, at) => at > index + 1 && token.key === ')' && token.depth === depth);
    const inside = tokens.slice(index + 2, close);
    const mayOrder = close > 0 && inside.length > 0 && tokens[close + 1]?.key !== 'OVER';
    if (!mayOrder || inside.some((token) => token.key === 'ORDER' || token.key === 'SELECT')) continue;
    rewritten = `${rewritten.slice(0, tokens[close]!.start)} ORDER BY "timestamp"${rewritten.slice(tokens[close]!.start)}`;
  }
  return rewritten;
}
