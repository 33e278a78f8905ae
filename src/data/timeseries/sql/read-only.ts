/**
 * Whether a statement for QuestDB only reads, by its words (stage1.md 6.4): QuestDB has no parser that we could ask, and no
 * read-only mode over HTTP but that of the whole server. A read-only account of its own is still the better lock.
 *
 * The judgement must never see less than QuestDB does: what the two might read differently (nested comments, texts with
 * escapes or dollars, a comment ended by a bare carriage return) is refused rather than guessed at.
 */
import { errors } from '#base/errors.js';
import { nameOf, type Token, tokensOf } from './tokens.js';

const FIRST_WORDS = new Set(['SELECT', 'WITH', 'SHOW', 'EXPLAIN', 'DESCRIBE', 'VALUES']);

const DENIED_WORDS = new Set([
  'INSERT',
  'UPDATE',
  'DELETE',
  'ALTER',
  'DROP',
  'TRUNCATE',
  'CREATE',
  'RENAME',
  'COPY',
  'BACKUP',
  'CHECKPOINT',
  'VACUUM',
  'REINDEX',
  'REFRESH',
  'COMPILE',
  'GRANT',
  'REVOKE',
  'CANCEL',
  'SET',
  'SNAPSHOT',
]);

/** Functions that a SELECT may call and that do more than read tables: they change the server or read its files. */
const DENIED_FUNCTIONS = new Set([
  'reload_config',
  'flush_query_cache',
  'hydrate_table_metadata',
  'simulate_crash',
  'touch',
  'read_parquet',
  'parquet_scan',
  'import_files',
  'export_files',
  'glob',
]);

/** The tokens of the one statement, without a closing semicolon. Errors: sqlNotReadOnly, sqlInvalid. */
export function readOnlyTokens(sql: string): readonly Token[] {
  const all = tokensOf(sql);
  if (all === undefined) throw errors.sqlInvalid('A text, name or comment is opened and never closed', null);
  const tokens = all.at(-1)?.key === ';' ? all.slice(0, -1) : all;
  if (tokens.length === 0) throw errors.sqlInvalid('There is no statement', 0);
  checkLexis(sql, all);
  if (tokens.some(({ key }) => key === ';')) throw errors.sqlNotReadOnly('more than one statement');
  const denied = tokens.find(({ key }) => DENIED_WORDS.has(key));
  if (denied !== undefined) throw errors.sqlNotReadOnly(denied.key);
  tokens.forEach((token, index) => {
    const name = nameOf(token)?.toLowerCase();
    if (name !== undefined && DENIED_FUNCTIONS.has(name) && tokens[index + 1]?.key === '(')
      throw errors.sqlNotReadOnly(name);
  });
  const first = tokens.find(({ key }) => key !== '(')!;
  const isTableAlone = tokens.length === 1 && nameOf(first) !== undefined;
  if (!FIRST_WORDS.has(first.key) && !isTableAlone && !isCall(tokens))
    throw errors.sqlNotReadOnly(first.text.slice(0, 40));
  return tokens;
}

/** `tables()` and its like stand for a SELECT of all they give. */
const isCall = (tokens: readonly Token[]): boolean =>
  nameOf(tokens[0]!) !== undefined &&
  tokens[1]?.key === '(' &&
  tokens.findIndex(({ key }) => key === ')') === tokens.length - 1;

function checkLexis(sql: string, tokens: readonly Token[]): void {
  const odd = tokens.find(({ kind, text }) => kind === 'text' && !text.startsWith("'"));
  if (odd !== undefined) throw errors.sqlInvalid('Texts stand in plain single quotes', odd.start);
  let end = 0;
  for (const start of [...tokens.map((token) => token.start), sql.length]) {
    checkGap(sql.slice(end, start), end);
    end = tokens.find((token) => token.start === start)?.end ?? start;
  }
}

/** What stands between two tokens: blanks and comments, each of which must end where anyone would say that it ends. */
function checkGap(gap: string, at: number): void {
  const plain = gap
    .replace(/\/\*(?:(?!\/\*)[\s\S])*?\*\//g, '')
    .replace(/--(?:(?!\/\*|\*\/)[^\n\r])*(?=\r?\n|\r?$)/g, '');
  if (plain.trim() !== '') throw errors.sqlInvalid('Comments do not nest, and end at the line or at */', at);
}
