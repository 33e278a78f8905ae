import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookAt, createKeyframer, nearestKeyframe } from '#engine/book/book-at.js';
import { type BookChange, followBook } from '#engine/book/book-changes.js';
import { type KeyframePlace, keyframePlace, restoreKeyframe, saveKeyframe } from '#engine/book/keyframe.js';
import { type MadeRecord, madeBlock } from '#engine/book/made-orders.fixture.js';
import { ASK, BID, createOrderBooks, type OrderBooks } from '#engine/book/order-books.js';
import type { MboBlock } from '#engine/frame/dbn-block.js';
import { createRng } from '#engine/random/xoshiro128.js';
import { simulateMarketByOrder } from '#engine/simulation/simulate-market-by-order.js';
import { kernelHost } from './kernel-host.js';

const INSTRUMENT = { publisherId: 2, instrumentId: 11_667 };
const START = 1_770_042_600_000_000_000n;
const day = (records: number, seed = 5): MboBlock[] => [
  ...simulateMarketByOrder({ ...INSTRUMENT, startNs: START, records, blockRows: 1000 }, createRng(seed)),
];

/** Everything that can be asked, priorities but by their order. */
const stateOf = (books: OrderBooks) =>
  books.instruments().map((one) => {
    const { priority: _, ...orders } = books.orders(one);
    const { errors: __, ...facts } = books.facts(one)!;
    return { one, facts, orders, bids: books.levels(one, BID), asks: books.levels(one, ASK) };
  });

const record: fc.Arbitrary<MadeRecord> = fc.record({
  action: fc.constantFrom('A', 'A', 'A', 'A', 'C', 'M', 'M', 'R', 'T'),
  side: fc.constantFrom('A', 'B'),
  id: fc.bigInt(0n, 40n),
  price: fc.oneof(fc.bigInt(-9n, 9n), fc.constant(9_223_372_036_854_775_807n)),
  size: fc.integer({ min: 0, max: 9 }),
  flags: fc.constantFrom(128, 128, 128, 0, 192, 132),
  instrumentId: fc.constantFrom(1, 2),
});

describe('a keyframe', () => {
  it('brings back every order with its place, whatever happened, by kernel and twin alike', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 120 }), fc.array(record, { maxLength: 40 }), (before, after) => {
        const [first, rest] = [madeBlock(before), madeBlock(after)];
        const books = createOrderBooks({ host: kernelHost, mayStartEmpty: true });
        books.apply(first);
        const bytes = saveKeyframe(books, { tsNs: 77n, records: before.length });
        const restored = [kernelHost, undefined].map((host) => restoreKeyframe(bytes, { host, mayStartEmpty: true }));
        for (const frame of restored) {
          expect([frame.tsNs, frame.records, frame.errorsBefore]).toEqual([77n, before.length, books.errors()]);
          expect(stateOf(frame.books)).toEqual(stateOf(books));
          expect(saveKeyframe(frame.books, frame).slice(16)).toEqual(saveKeyframe(restored[0]!.books, frame).slice(16));
        }
        // And what comes after goes on as if nothing had been.
        books.apply(rest);
        for (const frame of restored) {
          frame.books.apply(rest);
          expect(stateOf(frame.books)).toEqual(stateOf(books));
        }
      }),
      { numRuns: 80 },
    );
  });

  it('that is cut, longer, of another kind or version is refused', () => {
    const books = createOrderBooks();
    for (const block of day(400)) books.apply(block);
    const bytes = saveKeyframe(books, { tsNs: 1n, records: 400 });
    expect(keyframePlace(bytes)).toEqual({ tsNs: 1n, records: 400 });
    for (const length of [0, 31, 32, 40, bytes.length - 8, bytes.length - 1])
      expect(() => restoreKeyframe(bytes.slice(0, length))).toThrow(/no keyframe/);
    expect(() => restoreKeyframe(Uint8Array.from([...bytes, 0]))).toThrow(/goes on/);
    expect(() => restoreKeyframe(Uint8Array.from(bytes, (byte, i) => (i === 0 ? 0 : byte)))).toThrow(/begin/);
    expect(() => restoreKeyframe(Uint8Array.from(bytes, (byte, i) => (i === 4 ? 9 : byte)))).toThrow(/version 9/);
  });
});

describe('the book at a moment', () => {
  const blocks = day(20_000);
  const frames: { bytes: Uint8Array; place: KeyframePlace }[] = [];
  const keyframer = createKeyframer({ host: kernelHost, clock: 'tsEvent', everyRecords: 3000 });
  for (const block of blocks) keyframer.push(block, (bytes, place) => frames.push({ bytes, place }));
  const rows = blocks.reduce((sum, { rows: its }) => sum + its, 0);

  /** What a file would give from a record on. */
  function* recordsFrom(first: number): Generator<MboBlock> {
    let skip = first;
    for (const block of blocks) {
      if (skip >= block.rows) {
        skip -= block.rows;
        continue;
      }
      yield skip === 0 ? block : madeTail(block, skip);
      skip = 0;
    }
  }

  it('is the same from the nearest keyframe as from the beginning, at any nanosecond', () => {
    expect(frames.length).toBe(6);
    expect(
      frames.every(({ place }, i) => place.records >= (i + 1) * 3000 && place.records < (i + 1) * 3000 + 100),
    ).toBe(true);
    const places = frames.map(({ place }) => place);
    const rng = createRng(3);
    const moments = Array.from(
      { length: 25 },
      () => START + BigInt(rng.below(24_000)) * 1_000_000_000n + BigInt(rng.below(1e9)),
    );
    for (const tsNs of [START - 1n, START, ...moments, ...places.map((place) => place.tsNs)]) {
      const at = nearestKeyframe(places, tsNs);
      const frame = frames[at];
      const quick = bookAt({
        keyframe: frame?.bytes,
        records: recordsFrom(frame?.place.records ?? 0),
        tsNs,
        clock: 'tsEvent',
        host: kernelHost,
      });
      const slow = bookAt({ records: blocks, tsNs, clock: 'tsEvent' });
      expect(stateOf(quick.books)).toEqual(stateOf(slow.books));
      expect([quick.records, quick.isComplete]).toEqual([slow.records, true]);
      if (quick.next !== undefined) {
        const { block, row } = quick.next;
        expect(block.tsEvent.values[row]! > tsNs).toBe(true);
      } else expect(quick.records).toBe(rows);
    }
  });

  it('goes on as a stream of changes: applied to the levels of the moment they give the levels of the end', () => {
    const tsNs = START + 12_000n * 1_000_000_000n;
    const { books, next, records } = bookAt({ records: blocks, tsNs, clock: 'tsEvent', host: kernelHost });
    const levels = new Map<string, string>();
    for (const side of [BID, ASK] as const)
      for (const { price, size, count } of books.levels(INSTRUMENT, side))
        levels.set(`${side} ${price}`, `${size} ${count}`);
    const changes: BookChange[] = [];
    const rest = [...recordsFrom(records)];
    expect(rest[0]!.sequence[0]).toBe(next!.block.sequence[next!.row]);
    for (const block of rest) for (const change of followBook(books, INSTRUMENT, block)) changes.push(change);
    for (const { levels: changed } of changes)
      for (const { side, price, size, count } of changed)
        if (size === 0) levels.delete(`${side} ${price}`);
        else levels.set(`${side} ${price}`, `${size} ${count}`);
    const end = createOrderBooks();
    for (const block of blocks) end.apply(block);
    const expected = ([BID, ASK] as const).flatMap((side) =>
      end.levels(INSTRUMENT, side).map(({ price, size, count }) => [`${side} ${price}`, `${size} ${count}`] as const),
    );
    expect(new Map([...levels].sort())).toEqual(new Map([...expected].sort()));
    expect(changes.some(({ trades }) => trades.length > 1)).toBe(true);
    expect(changes.every(({ levels: its, trades }) => its.length + trades.length > 0)).toBe(true);
  });
});

function madeTail(block: MboBlock, from: number): MboBlock {
  const wide = ({ words, values }: MboBlock['price']) => ({
    words: words.subarray(2 * from),
    values: values.subarray(from),
  });
  return {
    rows: block.rows - from,
    publisherId: block.publisherId.subarray(from),
    instrumentId: block.instrumentId.subarray(from),
    tsEvent: wide(block.tsEvent),
    price: wide(block.price),
    size: block.size.subarray(from),
    flags: block.flags.subarray(from),
    action: block.action.subarray(from),
    side: block.side.subarray(from),
    tsRecv: wide(block.tsRecv),
    tsInDelta: block.tsInDelta.subarray(from),
    sequence: block.sequence.subarray(from),
    orderId: wide(block.orderId),
    channelId: block.channelId.subarray(from),
  };
}
