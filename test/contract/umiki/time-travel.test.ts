import { expect, it } from 'vitest';
import { bookAtMoment, followFrom } from '#services/market/time-travel.service.js';
import { openUmikiHouse } from './umiki-house.js';
import { START_NS, workedBook } from './worked-book.js';

const house = await openUmikiHouse();
const day = { dataset: 'XNAS.ITCH', symbol: 'NVDA', date: '2026-02-02' };
await house.upload('symbol=NVDA&date=2026-02-02', await workedBook());

const at = (ms: number, more: object = {}) =>
  bookAtMoment(house.desk, {
    ...{ day, tsNs: START_NS + BigInt(ms) * 1_000_000n, clock: 'tsEvent', depth: 10, withOrders: true },
    ...more,
  });
const levels = (side: readonly { priceNanos: bigint; size: number; count: number }[]) =>
  side.map(({ priceNanos, size, count }) => [Number(priceNanos) / 1e9, size, count]);

it('shows the worked book at any moment, every order in its place', async () => {
  const five = await at(5);
  expect([five.source, five.records, five.isComplete]).toEqual(['mbo', 6, true]);
  expect([levels(five.bids), levels(five.asks)]).toEqual([
    [
      [187.25, 400, 2],
      [187.24, 200, 1],
    ],
    [
      [187.27, 400, 1],
      [187.28, 100, 1],
    ],
  ]);
  expect(five.bids[0]!.orders).toEqual([
    { orderId: 1n, size: 300, position: 0, sizeAhead: 0 },
    { orderId: 3n, size: 100, position: 1, sizeAhead: 300 },
  ]);
  // The first order grew: it went to the end of its queue.
  expect((await at(10)).bids[0]!.orders.map(({ orderId }) => orderId)).toEqual([3n, 1n]);
  // A nanosecond before the tenth event nothing of it has happened.
  const before = await at(0, { tsNs: START_NS + 10_000_000n - 1n });
  expect(before.bids[0]!.orders.map(({ orderId }) => orderId)).toEqual([1n, 3n]);
  expect((await at(6)).isComplete).toBe(false);
  await expect(at(-1)).rejects.toMatchObject({ code: 'book_missing' });
});

it('tells what changes from a moment on', async () => {
  const changes = [];
  for await (const change of followFrom(house.desk, { day, tsNs: START_NS + 5_000_000n, clock: 'tsEvent' }))
    changes.push(change);
  expect(changes.map(({ trades, levels: changed }) => [trades.length, changed.length])).toEqual([
    [1, 1],
    [1, 0],
    [0, 1],
    [0, 2],
    [0, 1],
    [0, 1],
  ]);
});

it('gives the same book from a keyframe as from the beginning', { timeout: 120_000 }, async () => {
  const made = { dataset: 'XNAS.ITCH', symbol: 'MADE', date: '2026-02-02' };
  const spec = { source: { type: 'synthetic', seed: 3, events: 300_000 } };
  const job = await house.run({ spec, symbols: ['MADE'], dates: ['2026-02-02'], stages: ['download'] });
  expect(job.error).toBeNull();
  const moments = ['11:00', '12:30', '13:59'].map(
    (time) => BigInt(Date.parse(`2026-02-02T${time}:00-05:00`)) * 1_000_000n,
  );
  const books = () =>
    Promise.all(
      moments.map((tsNs) =>
        bookAtMoment(house.desk, { day: made, tsNs, clock: 'tsEvent', depth: 50, withOrders: true }),
      ),
    );
  const slow = await books();
  expect((await house.run({ symbols: ['MADE'], stages: ['decode'] })).error).toBeNull();
  const began = performance.now();
  expect(await books()).toEqual(slow);
  console.log(`three moments in ${Math.round(performance.now() - began)} ms`);
});
