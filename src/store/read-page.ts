/** One page of what a query matches, and how many it matches in all: said once for every list. */
import type { SelectQueryBuilder } from 'kysely';
import type { Page, PageRequest } from '#base/page.js';

/** `matching` says which rows, `arranged` which columns and in what order; the two questions are asked at once. */
export async function readPage<DB, TB extends keyof DB, O, Row, Item>(
  matching: SelectQueryBuilder<DB, TB, O>,
  { limit, offset }: PageRequest,
  arranged: (query: SelectQueryBuilder<DB, TB, O>) => SelectQueryBuilder<DB, TB, Row>,
  fromRow: (row: Row) => Item,
): Promise<Page<Item>> {
  const [rows, { total }] = await Promise.all([
    arranged(matching).limit(limit).offset(offset).execute(),
    matching
      .clearSelect()
      .select((eb) => eb.fn.countAll().as('total'))
      // The compiler cannot work out the columns of a query whose tables it does not know.
      .$castTo<{ total: number }>()
      .executeTakeFirstOrThrow(),
  ]);
  return { items: rows.map((row) => fromRow(row)), total };
}
