/** SQL cut into words, names, texts, numbers and signs, so that nothing is ever found inside a text, a quoted name or a comment. */
export interface Token {
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'sign';
  /** As written. */
  readonly text: string;
  /** Words in upper case, signs as they are; empty for the rest, so that a quoted "LIMIT" is never the word. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /** How many parentheses are open around it; a parenthesis itself stands outside of what it opens. */
  readonly depth: number;
}

const BLANK = /[\s]+|--[^\n]*/y;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const NUMBER = /(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
// Each loop eats whole stretches and has one way to do it: however long the text, there is nothing to go back to.
const NAME = /"[^"]*(?:""[^"]*)*"/y;
const TEXT = /'[^']*(?:''[^']*)*'/y;
const DOLLAR_TEXT = /\$([A-Za-z_]*)\$[\s\S]*?\$\1\$/y;
const ESCAPED_TEXT = /[eE]'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'/y;

/** Undefined when the SQL has a text, name or comment that never ends: then it is for the engine to say so. */
export function tokensOf(sql: string): Token[] | undefined {
  const tokens: Token[] = [];
  let depth = 0;
  for (let at = 0; at < sql.length; ) {
    const blank = match(BLANK, sql, at);
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    if (sql.startsWith('/*', at)) {
      const end = commentEnd(sql, at);
      if (end === undefined) return undefined;
      at = end;
      continue;
    }
    const [kind, text] = tokenAt(sql, at);
    if (kind === 'sign' && (text === "'" || text === '"')) return undefined;
    if (text === ')' && kind === 'sign') depth = Math.max(0, depth - 1);
    const key = kind === 'word' ? text.toUpperCase() : kind === 'sign' ? text : '';
    tokens.push({ kind, text, key, start: at, end: at + text.length, depth });
    if (text === '(' && kind === 'sign') depth++;
    at += text.length;
  }
  return tokens;
}

function tokenAt(sql: string, at: number): [Token['kind'], string] {
  const text = match(ESCAPED_TEXT, sql, at) ?? match(TEXT, sql, at) ?? match(DOLLAR_TEXT, sql, at);
  if (text !== undefined) return ['text', text];
  const name = match(NAME, sql, at);
  if (name !== undefined) return ['name', name];
  const word = match(WORD, sql, at);
  if (word !== undefined) return ['word', word];
  const number = match(NUMBER, sql, at);
  if (number !== undefined) return ['number', number];
  return ['sign', sql[at]!];
}

function match(pattern: RegExp, sql: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0];
}

/** Comments nest, as they do for the engine. */
function commentEnd(sql: string, start: number): number | undefined {
  let open = 0;
  for (let at = start; at < sql.length; at++) {
    if (sql.startsWith('/*', at)) {
      open++;
      at++;
    } else if (sql.startsWith('*/', at)) {
      at++;
      if (--open === 0) return at + 1;
    }
  }
  return undefined;
}

/** The name a word or quoted name stands for. */
export const nameOf = (token: Token): string | undefined =>
  token.kind === 'word'
    ? token.text
    : token.kind === 'name'
      ? token.text.slice(1, -1).replaceAll('""', '"')
      : undefined;

/** What a text says. */
export const textOf = (token: Token): string => token.text.slice(1, -1).replaceAll("''", "'");

export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Puts the edits in, which may stand in any order but must not overlap. */
export function applyEdits(sql: string, edits: readonly Edit[]): string {
  let at = 0;
  const parts: string[] = [];
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(sql.slice(at, start), text);
    at = end;
  }
  return parts.join('') + sql.slice(at);
}
