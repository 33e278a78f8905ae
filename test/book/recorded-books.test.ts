/** Books rebuilt from recorded orders, beside what the vendor and the exchange say they were. Skips where the recordings are absent. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kernelHost } from '#compute/kernel-host.js';
import { displayed, type MadeRecord, madeBlock, type ReadRow, readRows } from '#engine/book/made-orders.fixture.js';
import { createOrderBooks, type OrderBooks, TELL } from '#engine/book/order-books.js';

const DIR = join(process.cwd(), '..', 'shared', 'data', 'book');
const read = (name: string): string[][] =>
  readFileSync(join(DIR, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));

/** Decimal text to 1e-9, exactly. */
function nanos(text: string): bigint {
  const [whole = '0', decimals = ''] = text.split('.');
  return BigInt(whole + decimals.padEnd(9, '0'));
}

const engines = [
  ['WebAssembly', () => createOrderBooks({ host: kernelHost, mayStartEmpty: true })],
  ['TypeScript', () => createOrderBooks({ mayStartEmpty: true })],
] as const;

function rowsOf(books: OrderBooks, records: readonly MadeRecord[], tell: 1 | 2): ReadRow[] {
  const rows: ReadRow[] = [];
  books.toRows(madeBlock(records), (given) => rows.push(...readRows(given)), tell);
  books.finishRows((given) => rows.push(...readRows(given)));
  return rows;
}

describe.skipIf(!existsSync(DIR)).each(engines)('recorded books, by %s', (_, open) => {
  it('every ten-level state of the vendor of Nasdaq ARL comes out of its orders, and our rows tell every change', () => {
    const [, ...orders] = read('arl_xnas_20250717_mbo_first.csv');
    const records = orders.map(
      ([, , , publisher, instrument, action, side, price, size, , id, flags, , sequence]): MadeRecord => ({
        action: action!,
        side: side!,
        id: BigInt(id!),
        ...(price === '' ? {} : { price: nanos(price!) }),
        size: Number(size),
        flags: Number(flags),
        sequence: Number(sequence),
        publisherId: Number(publisher),
        instrumentId: Number(instrument),
      }),
    );
    // A replace is a C and an A under one sequence. A trade is told by one row, with the book after its cancel.
    const states = new Map<string, ReadRow>();
    for (const row of rowsOf(open(), records, TELL.every)) {
      states.set(`${row.sequence} ${row.action}`, row);
      states.set(`${row.sequence} T`, row);
    }
    const [header, ...vendor] = read('arl_xnas_20250717_mbp10_first.csv');
    const first = header!.indexOf('bid_px_00');
    const levelsOf = (fields: readonly string[], side: 0 | 1) =>
      Array.from({ length: 10 }, (__, level) =>
        fields.slice(first + 6 * level + 3 * side, first + 6 * level + 3 * side + 3),
      )
        .filter(([px]) => px !== '')
        .map(([px, sz, ct]) => `${nanos(px!)} ${sz} ${ct}`);
    expect(vendor.length).toBe(818);
    for (const fields of vendor) {
      const state = states.get(`${fields[header!.indexOf('sequence')]} ${fields[header!.indexOf('action')]}`);
      expect(displayed(state!.bids)).toEqual(levelsOf(fields, 0));
      expect(displayed(state!.asks)).toEqual(levelsOf(fields, 1));
    }
    // Our own rows: ours leave out what changed nothing among the ten, the vendor tells depth 10 and 11 too.
    const books = open();
    const told = rowsOf(books, records, TELL.changes);
    const vendorSequences = new Set(vendor.map((fields) => Number(fields[header!.indexOf('sequence')])));
    for (const row of told) expect(vendorSequences.has(row.sequence)).toBe(true);
    expect(books.errors()).toBe(0);
  });

  it('all 998 transitions of LOBSTER hold on the first nine levels: row, message, next row', () => {
    const messages = read('lobster_aapl_20120621_message_10.csv');
    const states = read('lobster_aapl_20120621_orderbook_10.csv');
    /** LOBSTER's prices are in 1e-4. */
    const price = (text: string) => BigInt(text) * 100_000n;
    /** One made-up order for each level: LOBSTER shows no more of what rests. */
    const orderAt = (side: string, px: bigint) => px * 2n + (side === 'A' ? 1n : 0n);
    const snapshot = (fields: readonly string[]): MadeRecord[] => [
      { action: 'R' },
      ...Array.from({ length: 10 }, (__, level) => fields.slice(4 * level, 4 * level + 4)).flatMap(
        ([askPx, askSz, bidPx, bidSz]): MadeRecord[] => [
          { action: 'A', side: 'A', id: orderAt('A', price(askPx!)), price: price(askPx!), size: Number(askSz) },
          { action: 'A', side: 'B', id: orderAt('B', price(bidPx!)), price: price(bidPx!), size: Number(bidSz) },
        ],
      ),
    ];
    const ACTIONS: Record<string, string> = { 1: 'A', 2: 'C', 3: 'C', 4: 'C', 5: 'T' };
    const levels = (fields: readonly string[], at: number) =>
      Array.from({ length: 9 }, (__, level) => `${price(fields[4 * level + at]!)} ${fields[4 * level + at + 1]}`);
    const books = open();
    let held = 0;
    for (let k = 1; k < states.length; k++) {
      const [, type, id, size, px, direction] = messages[k]!;
      const side = direction === '1' ? 'B' : 'A';
      const action = ACTIONS[type!];
      expect(action).toBeDefined();
      const message: MadeRecord = {
        action: action!,
        side,
        id: action === 'A' ? -BigInt(id!) : orderAt(side, price(px!)),
        price: price(px!),
        size: Number(size),
      };
      const row = rowsOf(books, [...snapshot(states[k - 1]!), message], TELL.every).at(-1)!;
      const withoutCount = (told: readonly string[]) =>
        told.slice(0, 9).map((level) => level.split(' ').slice(0, 2).join(' '));
      expect(withoutCount(row.asks)).toEqual(levels(states[k]!, 0));
      expect(withoutCount(row.bids)).toEqual(levels(states[k]!, 2));
      held++;
    }
    expect(held).toBe(998);
  });
});
