/** The outermost SELECT of a statement, cut at its clauses: what the rewrites of SAMPLE BY, LATEST ON and LIMIT need to see. */
import { nameOf, type Token } from './tokens.js';

export interface OuterSelect {
  readonly sql: string;
  /** Tokens of depth 0 without a trailing semicolon, parentheses included. */
  readonly top: readonly Token[];
  /** Indexes into `top`; -1 where there is none. */
  readonly select: number;
  readonly from: number;
  /** The table when FROM names exactly one, with its alias if any. */
  readonly table: { readonly name: string; readonly alias: string } | undefined;
  /** The end of the statement's text, before a trailing semicolon. */
  readonly end: number;
}

const AFTER_TABLE = new Set([
  'WHERE',
  'LATEST',
  'SAMPLE',
  'GROUP',
  'ORDER',
  'LIMIT',
  'HAVING',
  'QUALIFY',
  'WINDOW',
  'OFFSET',
]);
const SET_WORDS = new Set(['UNION', 'INTERSECT', 'EXCEPT']);

/** Undefined when the statement is not one single SELECT (WITH before it is fine). */
export function outerSelect(sql: string, tokens: readonly Token[]): OuterSelect | undefined {
  const top = tokens.filter((token) => token.depth === 0);
  while (top.at(-1)?.key === ';') top.pop();
  if (top.some(({ key }) => key === ';' || SET_WORDS.has(key))) return undefined;
  const select = top.findIndex(({ key }) => key === 'SELECT');
  if (select < 0 || (select > 0 && top[0]!.key !== 'WITH')) return undefined;
  const from = top.findIndex(({ key }, index) => index > select && key === 'FROM');
  return { sql, top, select, from, table: from < 0 ? undefined : tableAfter(top, from), end: top.at(-1)!.end };
}

function tableAfter(top: readonly Token[], from: number): OuterSelect['table'] {
  const name = top[from + 1] && nameOf(top[from + 1]!);
  if (name === undefined) return undefined;
  let next = from + 2;
  let alias = name;
  if (top[next]?.key === 'AS') next++;
  const second = top[next];
  if (second !== undefined && !AFTER_TABLE.has(second.key)) {
    const given = nameOf(second);
    if (given === undefined) return undefined;
    alias = given;
    next++;
  }
  const after = top[next];
  return after === undefined || AFTER_TABLE.has(after.key) ? { name, alias } : undefined;
}

/** The index of a clause that begins with these words, after FROM; -1 when there is none. */
export const clauseAt = ({ top, from }: OuterSelect, ...words: string[]): number =>
  top.findIndex((_, index) => index > from && words.every((word, step) => top[index + step]?.key === word));

/** The texts between the commas of the select list, with the tokens of each. */
export interface SelectItem {
  readonly text: string;
  readonly tokens: readonly Token[];
}

export function selectItems({ sql, top, select, from }: OuterSelect): SelectItem[] {
  const items: SelectItem[] = [];
  let tokens: Token[] = [];
  const close = () => {
    if (tokens.length > 0) items.push({ text: sql.slice(tokens[0]!.start, tokens.at(-1)!.end), tokens });
    tokens = [];
  };
  for (const token of top.slice(select + 1, from)) {
    if (token.key === ',') close();
    else tokens.push(token);
  }
  close();
  return items;
}
