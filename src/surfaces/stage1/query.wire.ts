/** SQL and its answers on the wire (stage1.md 6.3). */
import { z } from 'zod';
import type { QueryResult } from '#services/research/measurement.service.js';
import { orNothing } from './fields.js';
import { rowToJson } from './json-text.js';

export const QueryPost = z.looseObject({
  sql: z.string(),
  limit: orNothing(z.int().min(1).max(1_000_000)),
  timeout_ms: orNothing(z.int().min(1).max(600_000)),
});

export const QueryWire = z.looseObject({
  query: z.string(),
  columns: z.array(z.string()),
  types: z.array(z.string()),
  dataset: z.array(z.array(z.unknown())),
  count: z.int(),
  truncated: z.boolean(),
  elapsed_ms: z.number(),
});

/** Few enough that making one piece does not hold the loop. */
const ROWS_PER_PIECE = 1000;

/** In pieces, so that a million rows are never one text. */
export async function* queryToJson(sql: string, result: QueryResult): AsyncGenerator<string> {
  const { columns, types, rows, truncated, elapsedMs } = result;
  const head = { query: sql, columns, types, count: rows.length, truncated, elapsed_ms: Math.round(elapsedMs) };
  yield `${JSON.stringify(head).slice(0, -1)},"dataset":[`;
  for (let i = 0; i < rows.length; i += ROWS_PER_PIECE)
    yield (i === 0 ? '' : ',') +
      rows
        .slice(i, i + ROWS_PER_PIECE)
        .map(rowToJson)
        .join(',');
  yield ']}';
}
