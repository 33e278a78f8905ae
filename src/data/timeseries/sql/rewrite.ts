/**
 * QuestDB's ways of saying things, said as the embedded engine says them (stage1.md 6.4).
 *
 * A convenience, never a judge: each rewrite knows one form, and what it does not recognise goes through unchanged, for the
 * engine to read or to refuse. The judgement on what may run is made afterwards, on the parse tree of what came out.
 */
import { type KnownMeasurements, rewriteCatalogueFunctions } from './catalogue-functions.js';
import { rewriteFirstLast } from './first-last.js';
import { rewriteIntervals } from './interval.js';
import { rewriteLatestOn } from './latest-on.js';
import { rewriteLimit } from './limit.js';
import { rewriteSampleBy } from './sample-by.js';
import { type Token, tokensOf } from './tokens.js';

export type { KnownMeasurements } from './catalogue-functions.js';

export interface RewrittenSql {
  readonly sql: string;
  /** Where in the SQL as sent a byte offset of the rewritten SQL lies; null where the text there is ours. */
  positionOf(byteOffset: number): number | null;
}

export function rewriteSql(sql: string, known: KnownMeasurements): RewrittenSql {
  const isMeasurement = (name: string) => known.find(name) !== undefined;
  const rewrites: ((text: string, tokens: readonly Token[]) => string)[] = [
    (text, tokens) => rewriteCatalogueFunctions(text, tokens, known),
    rewriteIntervals,
    // The last n rows are those of what the other clauses make, so LIMIT must still be there when they are done.
    (text, tokens) => rewriteFirstLast(text, tokens, isMeasurement),
    rewriteLatestOn,
    rewriteSampleBy,
    (text, tokens) => rewriteLimit(text, tokens, isMeasurement),
  ];
  const rewritten = rewrites.reduce((text, rewrite) => {
    const tokens = tokensOf(text);
    return tokens === undefined ? text : rewrite(text, tokens);
  }, sql);
  return { sql: rewritten, positionOf: (offset) => positionIn(sql, rewritten, offset) };
}

/** Places in front of the first change and behind the last one can be told; those between are of our making. */
export function positionIn(sent: string, rewritten: string, byteOffset: number): number | null {
  const at = Buffer.from(rewritten, 'utf8').subarray(0, byteOffset).toString('utf8').length;
  if (sent === rewritten) return at;
  let same = 0;
  while (same < sent.length && sent[same] === rewritten[same]) same++;
  if (at < same) return at;
  const fromEnd = rewritten.length - at;
  let sameAtEnd = 0;
  const longest = Math.min(sent.length, rewritten.length) - same;
  while (sameAtEnd < longest && sent[sent.length - 1 - sameAtEnd] === rewritten[rewritten.length - 1 - sameAtEnd])
    sameAtEnd++;
  return fromEnd <= sameAtEnd ? sent.length - fromEnd : null;
}
