/** The book of ES futures from a recorded session open (DBN). Skips where the recording is absent. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kernelHost } from '#compute/kernel-host.js';
import { readDbnFile } from '#data/dbn/read-file.js';
import { displayed, type ReadRow, readRows } from '#engine/book/made-orders.fixture.js';
import { ASK, BID, createOrderBooks, type OrderBooks } from '#engine/book/order-books.js';

const FILE = join(process.cwd(), '..', 'shared', 'data', 'dbn-es', 'esh4-glbx-mdp3-20231224.mbo.dbn.zst');

async function replay(books: OrderBooks): Promise<ReadRow[]> {
  const rows: ReadRow[] = [];
  const { blocks } = await readDbnFile(FILE);
  for await (const { mbo } of blocks)
    if (mbo !== undefined) books.toRows(mbo, (given) => rows.push(...readRows(given)));
  books.finishRows((given) => rows.push(...readRows(given)));
  return rows;
}

describe.skipIf(!existsSync(FILE))('ES at its open', () => {
  it('gives the same rows by kernel and twin, with no inconsistent event, and levels in order wherever the book may be read', async () => {
    const [kernel, plain] = [createOrderBooks({ host: kernelHost }), createOrderBooks()];
    const rows = await replay(kernel);
    expect(await replay(plain)).toEqual(rows);
    expect(kernel.errors()).toBe(0);
    // A snapshot of 8,725 orders: few of them change the ten best levels.
    expect(rows.length).toBeGreaterThan(40);
    const pricesOf = (levels: readonly string[]) => displayed(levels).map((level) => BigInt(level.split(' ')[0]!));
    for (const { bids, asks } of rows) {
      const [down, up] = [pricesOf(bids), pricesOf(asks)];
      expect(down.every((price, i) => i === 0 || price < down[i - 1]!)).toBe(true);
      expect(up.every((price, i) => i === 0 || price > up[i - 1]!)).toBe(true);
    }
    const [one] = kernel.instruments();
    expect(kernel.facts(one!)).toMatchObject({ orders: [5192, 3533], levels: [892, 559], errors: 0 });
    const best = [kernel.levels(one!, BID, 1)[0]!.price, kernel.levels(one!, ASK, 1)[0]!.price];
    expect(best[0]! < best[1]!).toBe(true);
    expect(kernel.orders(one!)).toEqual(plain.orders(one!));
  });
});
