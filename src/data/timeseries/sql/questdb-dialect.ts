/** What the embedded engine takes and QuestDB says otherwise, rewritten: `LIMIT n OFFSET m`, TRY_CAST, BIGINT. Anything else goes through unchanged. */
import type { Edit, Token } from './tokens.js';
import { applyEdits } from './tokens.js';

/** QuestDB's types are named before it is told of others; its cast gives null where a text is no number, as TRY_CAST does. */
const WORDS: Readonly<Record<string, string>> = { TRY_CAST: 'CAST', BIGINT: 'LONG', INTEGER: 'INT' };
const ENDLESS = '9223372036854775807';

export function questdbDialect(sql: string, tokens: readonly Token[]): string {
  const edits: Edit[] = [];
  tokens.forEach((token, at) => {
    const { key, start, end } = token;
    const isWord = key === 'TRY_CAST' ? tokens[at + 1]?.key === '(' : isTypePlace(tokens[at - 1], tokens[at - 2]);
    if (WORDS[key] !== undefined && isWord) edits.push({ start, end, text: WORDS[key] });
    const page = pageAt(tokens, at);
    if (page !== undefined) edits.push(page);
  });
  return applyEdits(sql, edits);
}

const isTypePlace = (before: Token | undefined, first: Token | undefined): boolean =>
  before?.key === 'AS' || (before?.key === ':' && first?.key === ':');

/** `[LIMIT n] OFFSET m` as `LIMIT m, m + n`. */
function pageAt(tokens: readonly Token[], at: number): Edit | undefined {
  const offset = wholeAfter(tokens, at, 'OFFSET');
  if (offset === undefined) return undefined;
  const limit = at >= 2 ? wholeAfter(tokens, at - 2, 'LIMIT') : undefined;
  const start = tokens[limit === undefined ? at : at - 2]!.start;
  const to = limit === undefined ? ENDLESS : offset + limit;
  return { start, end: tokens[at + 1]!.end, text: `LIMIT ${offset}, ${to}` };
}

function wholeAfter(tokens: readonly Token[], at: number, word: string): bigint | undefined {
  const number = tokens[at + 1];
  return tokens[at]?.key === word && number?.kind === 'number' && /^\d+$/.test(number.text)
    ? BigInt(number.text)
    : undefined;
}
