/** `first(x)` and `last(x)` by time, as QuestDB means them: the engine alone would take whichever row a thread saw first. */
import { outerSelect } from './select.js';
import { applyEdits, type Edit, type Token } from './tokens.js';

export function rewriteFirstLast(
  sql: string,
  tokens: readonly Token[],
  isMeasurement: (name: string) => boolean,
): string {
  const outer = outerSelect(sql, tokens);
  if (outer?.table === undefined || !isMeasurement(outer.table.name)) return sql;
  const listStart = outer.top[outer.select]!.end;
  const listEnd = outer.top[outer.from]!.start;
  const edits: Edit[] = [];
  for (const { open, close } of callsWithin(tokens, listStart, listEnd)) {
    const inside = tokens.slice(open + 1, close);
    const mayOrder = inside.length > 0 && tokens[close + 1]?.key !== 'OVER';
    if (!mayOrder || inside.some(({ key }) => NOT_INSIDE.has(key))) continue;
    const { start } = tokens[close]!;
    edits.push({ start, end: start, text: ' ORDER BY "timestamp"' });
  }
  return applyEdits(sql, edits);
}

/** An order of its own stays; what holds another call of these, or a query, is not ours to order. */
const NOT_INSIDE = new Set(['ORDER', 'SELECT', 'FIRST', 'LAST']);

/** The parentheses of each call of first or last, innermost first. */
function callsWithin(tokens: readonly Token[], from: number, to: number): { open: number; close: number }[] {
  const calls: { open: number; close: number }[] = [];
  const opened: number[] = [];
  tokens.forEach(({ key, start }, index) => {
    if (start < from || start >= to) return;
    if (key === '(') opened.push(index);
    if (key !== ')') return;
    const open = opened.pop();
    const called = open === undefined ? undefined : tokens[open - 1]?.key;
    if (open !== undefined && (called === 'FIRST' || called === 'LAST')) calls.push({ open, close: index });
  });
  return calls;
}
