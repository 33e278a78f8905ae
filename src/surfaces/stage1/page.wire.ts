/** Lists on the wire: `count` is what this answer holds, `total` all that match (stage1.md 1). */
import { z } from 'zod';
import type { Page, PageRequest } from '#base/page.js';

export const pageWire = <N extends string, T extends z.ZodType>(name: N, item: T) =>
  z.object({
    [name]: z.array(item),
    count: z.int(),
    total: z.int(),
    limit: z.int(),
    offset: z.int(),
  } as { [K in N]: z.ZodArray<T> } & Record<'count' | 'total' | 'limit' | 'offset', z.ZodInt>);

export const toPageWire = <N extends string, T, W>(
  name: N,
  { items, total }: Page<T>,
  { limit, offset }: PageRequest,
  toWire: (item: T) => W,
) =>
  ({ [name]: items.map(toWire), count: items.length, total, limit, offset }) as { [K in N]: W[] } & Record<
    'count' | 'total' | 'limit' | 'offset',
    number
  >;

export const DoneWire = z.looseObject({ success: z.literal(true), message: z.string() });

export const done = (message: string) => ({ success: true as const, message });
