/** QuestDB's ways of saying things, said as the embedded engine says them (stage1.md 6.4). What is not recognised goes through unchanged. */
import type { Measurement } from '../port.js';

export interface KnownMeasurements {
  find(name: string): Measurement | undefined;
  list(prefix: string): readonly Measurement[];
}

export interface RewrittenSql {
  readonly sql: string;
  /** Where in the SQL as sent a byte offset of the rewritten SQL lies; null where the text there is ours. */
  positionOf(byteOffset: number): number | null;
}

export function rewriteSql(sql: string, _known: KnownMeasurements): RewrittenSql {
  return { sql, positionOf: (offset) => offset };
}
