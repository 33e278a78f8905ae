import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cut,
  displayed,
  dollars,
  type MadeRecord,
  madeBlock,
  type ReadRow,
  readRows,
} from '#engine/book/made-orders.fixture.js';
import { ASK, BID, createOrderBooks, type OrderBooks, TELL } from '#engine/book/order-books.js';
import type { MboBlock } from '#engine/frame/dbn-block.js';
import { UNDEF_PRICE } from '#engine/frame/wide-column.js';
import { BOOK_INPUT_ROWS } from '#engine/kernels/book.js';
import type { KernelHost } from '#engine/kernels/kernel.js';
import { kernelHost } from './kernel-host.js';

const I64_MIN = -9_223_372_036_854_775_808n;

function rowsOf(
  books: OrderBooks,
  records: readonly MadeRecord[],
  pieces = 100_000,
  tell = TELL.changes as 1 | 2,
): ReadRow[] {
  const rows: ReadRow[] = [];
  const take = (given: Parameters<typeof readRows>[0]) => rows.push(...readRows(given));
  for (const block of cut(madeBlock(records), pieces)) books.toRows(block, take, tell);
  books.finishRows(take);
  return rows;
}

const both = (mayStartEmpty = true) => [
  createOrderBooks({ mayStartEmpty }),
  createOrderBooks({ host: kernelHost, mayStartEmpty }),
];

/** Few ids and prices meet often; the odd ones are those that break books. */
const ids = fc.oneof(fc.bigInt(0n, 30n), fc.constantFrom(0n, 2n ** 64n - 1n, 2n ** 63n, 2n ** 53n + 1n));
const prices = fc.oneof(
  { weight: 12, arbitrary: fc.bigInt(-30n, 30n).map((ticks) => ticks * 10_000_000n) },
  { weight: 2, arbitrary: fc.bigInt(-3n, 3n) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      UNDEF_PRICE,
      I64_MIN,
      UNDEF_PRICE - 1n,
      2n ** 53n,
      -(2n ** 53n) - 1n,
      9_007_199_254_740_993n,
    ),
  },
);
const sizes = fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 5 }) }, fc.constantFrom(0, 4_294_967_295));
const record: fc.Arbitrary<MadeRecord> = fc.record({
  action: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom('A', 'A', 'A', 'C', 'M') },
    fc.constantFrom('R', 'T', 'F', 'N', 'X'),
  ),
  side: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('A', 'B') }, fc.constantFrom('N', 'Z')),
  id: ids,
  price: prices,
  size: sizes,
  flags: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(0, 128) }, fc.constantFrom(64, 192, 32, 4, 132)),
  sequence: fc.integer({ min: 0, max: 3 }),
  instrumentId: fc.constantFrom(1, 1, 1, 2, 4_294_967_295),
  publisherId: fc.constantFrom(1, 1, 1, 65_535),
});

const stateOf = (books: OrderBooks) =>
  books
    .instruments()
    .map((one) => [one, books.facts(one), books.levels(one, BID), books.levels(one, ASK), books.orders(one)]);

describe('the book kernel and its twin', () => {
  it('give the same rows, levels, orders and errors for any stream, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 300 }),
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom(TELL.changes, TELL.every),
        (records, piece, tell) => {
          const [plain, kernel] = both();
          const rows = rowsOf(plain!, records, 100_000, tell);
          expect(rowsOf(kernel!, records, piece, tell)).toEqual(rows);
          expect(stateOf(kernel!)).toEqual(stateOf(plain!));
          for (const one of plain!.instruments())
            for (const orderId of [0n, 1n, 7n, 2n ** 64n - 1n])
              expect(kernel!.queuePlace(one, orderId)).toEqual(plain!.queuePlace(one, orderId));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('read a lent block where it stands as they read a copy, in any turn with blocks that stand elsewhere', () => {
    const records = deepStream(3, 30_000);
    const pieces = [0, 1, 2, 3, 4].map((piece) => records.slice(piece * 6000, (piece + 1) * 6000));
    const rowsBy = (books: OrderBooks, blockFor: (piece: number) => MboBlock | undefined) => {
      const rows: ReadRow[] = [];
      const take = (given: Parameters<typeof readRows>[0]) => rows.push(...readRows(given));
      pieces.forEach((piece, i) => {
        books.toRows(madeBlock(piece, blockFor(i)), take);
      });
      books.finishRows(take);
      return [rows, stateOf(books)];
    };
    const expected = rowsBy(createOrderBooks({ mayStartEmpty: true }), () => undefined);
    for (const books of both()) {
      // The table of orders grows the memory after the first was lent.
      const first = books.lendBlock();
      expect(first.size.length).toBe(BOOK_INPUT_ROWS);
      expect(rowsBy(books, (piece) => [first, undefined, first, books.lendBlock(), undefined][piece])).toEqual(
        expected,
      );
    }
  });

  it('read a lent block from any row, and name the record of it that a book cannot begin with', () => {
    const records: MadeRecord[] = Array.from({ length: 5000 }, (_, i) => ({
      action: 'A',
      side: 'B',
      id: BigInt(i),
      price: BigInt(i % 700),
      size: 1,
    }));
    const plain = createOrderBooks({ mayStartEmpty: true });
    plain.apply(madeBlock(records), 100, 4100);
    for (const books of both()) {
      const lent = madeBlock(records, books.lendBlock());
      books.apply(lent, 100, 2500);
      books.apply(lent, 2500, 4100);
      expect(stateOf(books)).toEqual(stateOf(plain));
    }
    for (const books of both(false)) {
      const lent = madeBlock(
        [{ action: 'T' }, { action: 'T', instrumentId: 7 }, { ...records[0]!, instrumentId: 9 }],
        books.lendBlock(),
      );
      expect(() => books.apply(lent, 1)).toThrow(
        expect.objectContaining({
          code: 'book_start_missing',
          detail: { publisherId: 2, instrumentId: 9, record: 1, action: 'A' },
        }),
      );
    }
  });

  it('agree on deep books: thousands of levels that come, split, empty and merge, and a table that grows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 30 }), (seed) => {
        const [plain, kernel] = both();
        const records = deepStream(seed, 6000);
        expect(rowsOf(kernel!, records, 977)).toEqual(rowsOf(plain!, records));
        expect(stateOf(kernel!)).toEqual(stateOf(plain!));
      }),
      { numRuns: 6 },
    );
  });

  it('keep a hundred thousand orders on as many levels, drop them at once and take new ones', () => {
    const books = createOrderBooks({ host: kernelHost, mayStartEmpty: true });
    const count = 100_000;
    const adds = Array.from(
      { length: count },
      (_, i): MadeRecord => ({ action: 'A', side: 'B', id: BigInt(i), price: BigInt((i * 7919) % count), size: 1 }),
    );
    books.apply(madeBlock(adds));
    const one = { publisherId: 2, instrumentId: 11_667 };
    expect(books.facts(one)?.levels).toEqual([count, 0]);
    const levels = books.levels(one, BID);
    expect(levels.every(({ price }, i) => price === BigInt(count - 1 - i))).toBe(true);
    for (let round = 0; round < 3; round++) books.apply(madeBlock([{ action: 'R' }, ...adds.slice(0, 1000)]));
    expect(books.facts(one)?.orders).toEqual([1000, 0]);
    expect(books.facts(one)?.errors).toBe(0);
  });
});

describe('a kernel whose memory may not grow further', () => {
  it('says that the books are too large', () => {
    const small: KernelHost = { ...kernelHost, memory: (bytes) => kernelHost.memory(bytes, bytes + 1_000_000) };
    const books = createOrderBooks({ host: small, mayStartEmpty: true });
    const adds = Array.from(
      { length: 60_000 },
      (_, i): MadeRecord => ({ action: 'A', side: 'B', id: BigInt(i), price: BigInt(i), size: 1 }),
    );
    expect(() => books.apply(madeBlock(adds))).toThrow(expect.objectContaining({ code: 'book_too_large' }));
  });
});

/** Mostly adds while it grows, then mostly cancels, over a wide range of prices. */
function deepStream(seed: number, count: number): MadeRecord[] {
  let state = seed;
  const draw = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  let live: { id: bigint; side: string }[] = [];
  return Array.from({ length: count }, (_, i): MadeRecord => {
    const isGrowing = i % 3000 < 1900;
    const kind = draw(10);
    if (live.length === 0 || kind < (isGrowing ? 8 : 2)) {
      const order = { id: BigInt(i + 1), side: draw(2) === 0 ? 'A' : 'B' };
      live.push(order);
      return { action: 'A', ...order, price: BigInt(draw(4000)) * 100n - 200_000n, size: 1 + draw(9) };
    }
    const at = draw(live.length);
    const order = live[at]!;
    if (kind === 9 && draw(400) === 0) {
      live = [];
      return { action: 'R' };
    }
    if (kind === 8) return { action: 'M', ...order, price: BigInt(draw(4000)) * 100n - 200_000n, size: 1 + draw(9) };
    live[at] = live.at(-1)!;
    live.pop();
    return { action: 'C', ...order, price: 0n, size: 20 };
  });
}

describe.each([
  ['the kernel', () => createOrderBooks({ host: kernelHost })],
  ['its twin', () => createOrderBooks()],
])('%s', (_, open) => {
  it('builds the worked example of the format: fourteen events, thirteen rows', () => {
    const [id1, id2, id3, id4, id5] = [1n, 2n, 3n, 4n, 5n];
    const px = dollars;
    const records: MadeRecord[] = [
      { action: 'R', sequence: 1 },
      { action: 'A', side: 'B', id: id1, price: px(187.25), size: 300, sequence: 2 },
      { action: 'A', side: 'B', id: id2, price: px(187.24), size: 200, sequence: 3 },
      { action: 'A', side: 'B', id: id3, price: px(187.25), size: 100, sequence: 4 },
      { action: 'A', side: 'A', id: id4, price: px(187.27), size: 400, sequence: 5 },
      { action: 'A', side: 'A', id: id5, price: px(187.28), size: 100, sequence: 6 },
      { action: 'T', side: 'B', price: px(187.27), size: 150, flags: 0, sequence: 7 },
      { action: 'F', side: 'A', id: id4, price: px(187.27), size: 150, flags: 0, sequence: 7 },
      { action: 'C', side: 'A', id: id4, price: px(187.27), size: 150, sequence: 7 },
      { action: 'T', side: 'N', price: px(187.26), size: 50, sequence: 8 },
      { action: 'M', side: 'B', id: id1, price: px(187.25), size: 500, sequence: 9 },
      { action: 'M', side: 'B', id: id2, price: px(187.26), size: 200, sequence: 10 },
      { action: 'C', side: 'A', id: id5, price: px(187.28), size: 100, sequence: 11 },
      { action: 'M', side: 'A', id: 77n, price: px(187.29), size: 10, sequence: 12 },
    ];
    const books = open();
    const rows = rowsOf(books, records, 3);
    const level = (price: number, size: number, count: number) => `${px(price)} ${size} ${count}`;
    const [bid300, bid400, bid600, bid24] = [
      level(187.25, 300, 1),
      level(187.25, 400, 2),
      level(187.25, 600, 2),
      level(187.24, 200, 1),
    ];
    const [ask400, ask250, ask28] = [level(187.27, 400, 1), level(187.27, 250, 1), level(187.28, 100, 1)];
    expect(rows.map(({ action, depth, bids, asks }) => [action, depth, displayed(bids), displayed(asks)])).toEqual([
      ['R', 0, [], []],
      ['A', 0, [bid300], []],
      ['A', 1, [bid300, bid24], []],
      ['A', 0, [bid400, bid24], []],
      ['A', 0, [bid400, bid24], [ask400]],
      ['A', 1, [bid400, bid24], [ask400, ask28]],
      ['T', 0, [bid400, bid24], [ask400, ask28]],
      ['C', 0, [bid400, bid24], [ask250, ask28]],
      ['T', 0, [bid400, bid24], [ask250, ask28]],
      ['M', 0, [bid600, bid24], [ask250, ask28]],
      ['M', 0, [level(187.26, 200, 1), bid600], [ask250, ask28]],
      ['C', 1, [level(187.26, 200, 1), bid600], [ask250]],
      ['M', 1, [level(187.26, 200, 1), bid600], [ask250, level(187.29, 10, 1)]],
    ]);
    expect(rows.map(({ flags }) => flags)).toEqual([128, 128, 128, 128, 128, 128, 0, 128, 128, 128, 128, 128, 128]);
    expect(rows[6]).toMatchObject({ tsEvent: 7_000_000n, tsRecv: 7_001_000n, tsInDelta: 506, sequence: 7, size: 150 });
    const one = { publisherId: 2, instrumentId: 11_667 };
    expect([...books.orders(one).orderId]).toEqual([2n, 3n, 1n, 4n, 77n]);
    expect(books.queuePlace(one, 1n)).toEqual({
      side: BID,
      price: px(187.25),
      size: 500,
      ordersAhead: 1,
      sizeAhead: 100,
    });
    expect(books.queuePlace(one, 9n)).toBeUndefined();
    expect(books.errors()).toBe(0);
  });

  it('moves F_LAST from records without a row to the last row of their event, even in a block before', () => {
    const start: MadeRecord[] = [{ action: 'R' }];
    const deep = Array.from(
      { length: 12 },
      (_, i): MadeRecord => ({
        action: 'A',
        side: 'B',
        id: BigInt(i),
        price: dollars(100 - i),
        size: 10,
        instrumentId: 1,
      }),
    );
    const rows = rowsOf(
      open(),
      [
        ...start.map((it) => ({ ...it, instrumentId: 1 })),
        ...start.map((it) => ({ ...it, instrumentId: 2 })),
        ...deep,
        { action: 'T', side: 'A', price: dollars(100), size: 1, flags: 0, sequence: 900, instrumentId: 1 },
        { action: 'T', side: 'A', price: dollars(7), size: 1, flags: 0, sequence: 900, instrumentId: 2 },
        { action: 'F', side: 'B', id: 11n, price: dollars(89), size: 1, flags: 0, sequence: 900, instrumentId: 1 },
        { action: 'C', side: 'B', id: 11n, price: dollars(89), size: 1, flags: 128, sequence: 900, instrumentId: 1 },
        { action: 'F', side: 'B', id: 1n, price: dollars(7), size: 1, flags: 128, sequence: 901, instrumentId: 2 },
      ],
      1,
    );
    expect(rows.slice(-2).map(({ action, instrumentId, flags }) => [action, instrumentId, flags])).toEqual([
      ['T', 1, 128],
      // Its event had another sequence, so the flag has no row to go to.
      ['T', 2, 0],
    ]);
    // Two clears and ten of twelve adds: the eleventh and twelfth level are not shown.
    expect(rows.length).toBe(14);
  });

  it('holds more than a block of rows so that the flag finds its row, and cutting makes no difference', () => {
    const records: MadeRecord[] = [{ action: 'R' }];
    for (let i = 0; i < 9000; i++) {
      records.push({ action: 'T', side: 'N', price: dollars(5), size: 1, flags: 0, sequence: 10 + i });
      records.push({ action: 'F', side: 'A', price: dollars(5), size: 1, flags: 128, sequence: 10 + i });
    }
    const rows = rowsOf(open(), records, 777);
    expect(rows.length).toBe(9001);
    expect(rows.every(({ flags }) => flags === 128)).toBe(true);
  });

  it('counts what cannot be, goes on, and marks rows as suspect from a gap to the next clear', () => {
    const books = open();
    const rows = rowsOf(books, [
      { action: 'R' },
      { action: 'A', side: 'B', id: 1n, price: dollars(10), size: 5 },
      { action: 'C', side: 'B', id: 99n, price: dollars(10), size: 5 },
      { action: 'C', side: 'B', id: 98n, price: dollars(10), size: 5, flags: 132 },
      { action: 'A', side: 'B', id: 2n, price: dollars(9), size: 5 },
      { action: 'C', side: 'B', id: 1n, price: dollars(10), size: 50 },
      { action: 'A', side: 'B', id: 2n, price: dollars(8), size: 1 },
      { action: 'A', side: 'N', id: 3n, price: dollars(8), size: 1 },
      { action: 'R' },
      { action: 'A', side: 'A', id: 1n, price: dollars(10), size: 5 },
    ]);
    expect(rows.map(({ action, isSuspect }) => `${action}${isSuspect ? '?' : ''}`)).toEqual([
      'R',
      'A',
      'A?',
      'C?',
      'A?',
      'R',
      'A',
    ]);
    expect(displayed(rows[3]!.bids)).toEqual([`${dollars(9)} 5 1`]);
    // Two unknown, one too large, one added twice, one without a side.
    expect(books.errors()).toBe(5);
  });

  it('takes a top-of-book record as its whole side, which counts no order', () => {
    const books = open();
    const rows = rowsOf(books, [
      { action: 'A', side: 'B', id: 0n, price: dollars(10), size: 5, flags: 192 },
      { action: 'A', side: 'A', id: 0n, price: dollars(11), size: 6, flags: 192 },
      { action: 'A', side: 'B', id: 0n, price: dollars(10.5), size: 7, flags: 192 },
      { action: 'A', side: 'B', id: 0n, price: dollars(10.5), size: 7, flags: 192 },
      { action: 'A', side: 'A', size: 0, flags: 192 },
    ]);
    expect(rows.map(({ bids, asks }) => [displayed(bids), displayed(asks)])).toEqual([
      [[`${dollars(10)} 5 0`], []],
      [[`${dollars(10)} 5 0`], [`${dollars(11)} 6 0`]],
      [[`${dollars(10.5)} 7 0`], [`${dollars(11)} 6 0`]],
      [[`${dollars(10.5)} 7 0`], []],
    ]);
    expect(books.errors()).toBe(0);
  });

  it('refuses a stream that begins in the middle of a day, and names the record', () => {
    const late: MadeRecord[] = [
      { action: 'R', instrumentId: 1 },
      { action: 'T', side: 'B', price: dollars(1), size: 1 },
      { action: 'C', side: 'B', id: 5n, price: dollars(1), size: 1 },
    ];
    expect(() => rowsOf(open(), late, 2)).toThrow(/record 2 \(C\) comes before any clear or snapshot/);
    expect(() => rowsOf(open(), [{ action: 'A', side: 'B', id: 5n, price: 1n, size: 1 }])).toThrow(/11667/);
    const snapshot: MadeRecord = { action: 'A', side: 'B', id: 5n, price: 1n, size: 1, flags: 168 };
    expect(rowsOf(open(), [snapshot]).length).toBe(1);
  });

  it('keeps prices off every grid, below zero and at the ends of the range apart and in order', () => {
    const prices = [I64_MIN, -1n, 0n, 1n, 2n, 10_000_000n, UNDEF_PRICE - 1n];
    const books = open();
    const adds = prices.flatMap((price, i): MadeRecord[] => [
      { action: 'A', side: 'B', id: BigInt(2 * i), price, size: 1 },
      { action: 'A', side: 'A', id: BigInt(2 * i + 1), price, size: 1 },
    ]);
    const rows = rowsOf(books, [{ action: 'R' }, ...adds]);
    const last = rows.at(-1)!;
    expect(displayed(last.bids).map((level) => BigInt(level.split(' ')[0]!))).toEqual(prices.toReversed());
    expect(displayed(last.asks).map((level) => BigInt(level.split(' ')[0]!))).toEqual(prices);
  });

  it('tells a size that does not fit 32 bits as the most that fits, and keeps the truth', () => {
    const books = open();
    const huge = Array.from(
      { length: 3 },
      (_, i): MadeRecord => ({ action: 'A', side: 'A', id: BigInt(i), price: dollars(3), size: 4_000_000_000 }),
    );
    const rows = rowsOf(books, [{ action: 'R' }, ...huge]);
    expect(displayed(rows.at(-1)!.asks)).toEqual([`${dollars(3)} 4294967295 3`]);
    expect(books.levels({ publisherId: 2, instrumentId: 11_667 }, ASK)[0]?.size).toBe(12_000_000_000);
  });
});
