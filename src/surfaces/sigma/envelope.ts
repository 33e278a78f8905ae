/** Sigma's success bodies and paging (contract 1.2, 1.4): `ok: true`, and lists under the names of both seeds. */
import { z } from 'zod';
import type { Page, PageRequest } from '#base/page.js';

export const LIMIT_MAX = 500;

/** An integer in a query, clamped into its bounds; anything else is a fault. */
const clampedInt = (fallback: number, min: number, max: number) =>
  z
    .string()
    .regex(/^[+-]?\d{1,15}$/, 'Must be an integer')
    .optional()
    .transform((text) => Math.min(max, Math.max(min, text === undefined ? fallback : Number(text))));

/** Query members for a paged list: `querystring: z.object({ ...pageQuery(50), status: ... })`. */
export const pageQuery = (defaultLimit: number) => ({
  limit: clampedInt(defaultLimit, 1, LIMIT_MAX),
  offset: clampedInt(0, 0, Number.MAX_SAFE_INTEGER),
});

/** The paging members every list answers with. */
export const PageWire = {
  total: z.int(),
  count: z.int(),
  limit: z.int(),
  offset: z.int(),
  next_offset: z.int(),
  has_more: z.boolean(),
};

/** Answer schema of a list: `listWire(ModelWire, 'models')` has `items`, `rows` and `models`, all the same rows. */
export const listWire = <T extends z.ZodType, const N extends string>(row: T, ...names: N[]) =>
  z.object({
    ok: z.literal(true),
    items: z.array(row),
    rows: z.array(row),
    ...(Object.fromEntries(names.map((name) => [name, z.array(row)])) as Record<N, z.ZodArray<T>>),
    ...PageWire,
    warnings: z.array(z.string()).optional(),
  });

/** The list itself, to be sent under such a schema. */
export function listBody<T, const N extends string>(page: Page<T>, { limit, offset }: PageRequest, ...names: N[]) {
  const rows = [...page.items];
  const named = Object.fromEntries(names.map((name) => [name, rows])) as Record<N, T[]>;
  const nextOffset = offset + rows.length;
  return {
    ok: true as const,
    items: rows,
    rows,
    ...named,
    total: page.total,
    count: rows.length,
    limit,
    offset,
    next_offset: nextOffset,
    has_more: nextOffset < page.total,
  };
}

/** Top-level keys that the schema does not know: ignored, but the client is told (contract 1.1). */
export function unknownKeyWarnings(body: unknown, known: readonly string[]): string[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return [];
  return Object.keys(body)
    .filter((key) => !known.includes(key))
    .slice(0, 20)
    .map((key) => `Unknown key '${key.slice(0, 64)}' was ignored`);
}

/** Boolean in a query: true, false, 1, 0, yes, no, in any case. */
export const queryBool = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['true', 'false', '1', '0', 'yes', 'no'], 'Must be true or false'))
  .transform((text) => text === 'true' || text === '1' || text === 'yes');
