/** Lists too long to be checked at once: documented by their item's schema, checked item by item with a breath between. */
import { setImmediate as breathe } from 'node:timers/promises';
import { z } from 'zod';
import { FaultsError, faultsOf } from '../http/faults.js';

/** Some three milliseconds of checking: nobody else waits longer for a hundred thousand trades. */
const ITEMS_AT_ONCE = 500;

/** A list that the route's schema documents but does not look into; `readLongList` checks it. */
export const longList = (item: z.ZodType) => {
  const { $schema: _, ...shape } = z.toJSONSchema(item, { io: 'input', unrepresentable: 'any' });
  return z.array(z.unknown().meta(shape));
};

/** Throws the faults of the first item that does not fit, under `field` and its position. */
export async function readLongList<T extends z.ZodType, R>(
  field: string,
  items: readonly unknown[],
  item: T,
  toDomain: (read: z.output<T>) => R,
): Promise<R[]> {
  const read: R[] = [];
  for (let i = 0; i < items.length; i++) {
    if (i % ITEMS_AT_ONCE === ITEMS_AT_ONCE - 1) await breathe();
    const result = item.safeParse(items[i]);
    if (!result.success) {
      const issues = result.error.issues.map((issue) => ({ ...issue, path: [field, i, ...issue.path] }));
      throw new FaultsError(faultsOf(issues, 'body', { [field]: items }));
    }
    read.push(toDomain(result.data));
  }
  return read;
}
